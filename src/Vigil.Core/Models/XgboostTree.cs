namespace Vigil.Core.Models;

/// <summary>One tree as XGBoost writes it; fields it may leave out are null.</summary>
internal sealed class XgboostTree
{
    internal int[]? Left { get; set; }

    internal int[]? Right { get; set; }

    internal int[]? Feature { get; set; }

    internal float[]? Condition { get; set; }

    internal int[]? DefaultLeft { get; set; }

    internal int[]? SplitType { get; set; }

    internal int[]? CategoriesNodes { get; set; }

    internal float[]? Cover { get; set; }

    internal float[]? Gain { get; set; }

    internal float[]? Weight { get; set; }

    internal int? NodeCount { get; set; }

    internal int LeafVectorSize { get; set; }

    /// <summary>Appends the nodes in use, renumbered (pruning leaves holes), and refuses what is no tree.</summary>
    /// <param name="builder">Receives them.</param>
    /// <param name="path">Where the tree is in its document.</param>
    /// <param name="weight">What leaves are multiplied with.</param>
    internal void AppendTo(TreeNodesBuilder builder, string path, float weight = 1f)
    {
        var count = Left?.Length ?? throw new ModelFormatException($"{path}.left_children", "missing.");
        if (count == 0)
            throw new ModelFormatException(path, "the tree has no nodes.");
        CheckLength(Right, "right_children", required: true);
        CheckLength(Feature, "split_indices", required: true);
        CheckLength(Condition, "split_conditions", required: true);
        CheckLength(DefaultLeft, "default_left", required: true);
        CheckLength(Cover, "sum_hessian", required: false);
        CheckLength(Gain, "loss_changes", required: false);
        CheckLength(Weight, "base_weights", required: false);
        if (NodeCount is { } said && said != count)
            throw new ModelFormatException($"{path}.tree_param.num_nodes", $"says {said} nodes, left_children has {count}.");
        if (LeafVectorSize > 1)
            throw new ModelFormatException($"{path}.tree_param.size_leaf_vector", "leaves with several values are not supported.");
        if (CategoriesNodes is { Length: > 0 } || SplitType.AsSpan().ContainsAnyExcept(0))
            throw new ModelFormatException($"{path}.split_type", "categorical splits are not supported; encode the feature as numbers before training.");

        var (order, position) = Reachable(path);
        builder.BeginTree();
        foreach (var n in order)
            builder.AddLeaf(Left[n] == TreeNodes.Leaf ? Condition![n] * weight : Condition![n], Weight?[n] ?? 0f, Cover?[n] ?? 0f);
        foreach (var n in order.Where(n => Left[n] != TreeNodes.Leaf))
            builder.Split(position[n], Feature![n], Condition![n], DefaultLeft![n] != 0, Gain?[n] ?? 0f, position[Left[n]], position[Right![n]]);

        void CheckLength(Array? values, string field, bool required)
        {
            if (values is null ? required : values.Length != count)
                throw new ModelFormatException($"{path}.{field}", values is null ? "missing." : $"{values.Length} values for {count} nodes.");
        }
    }

    /// <summary>The nodes that a walk from the root can meet, ascending, and each one's place among them.</summary>
    private (List<int> Order, int[] Position) Reachable(string path)
    {
        var position = new int[Left!.Length];
        Array.Fill(position, -1);
        var stack = new Stack<int>([0]);
        position[0] = 0;
        while (stack.TryPop(out var n))
        {
            if (Left[n] == TreeNodes.Leaf && Right![n] == TreeNodes.Leaf)
                continue;
            Visit(n, Left[n], "left_children");
            Visit(n, Right![n], "right_children");
        }

        var order = new List<int>(Left.Length);
        for (var n = 0; n < position.Length; n++)
        {
            if (position[n] < 0)
                continue;
            position[n] = order.Count;
            order.Add(n);
        }

        return (order, position);

        void Visit(int parent, int child, string field)
        {
            if ((uint)child >= (uint)position.Length)
                throw new ModelFormatException($"{path}.{field}[{parent}]", $"node {child} of a tree of {position.Length} nodes.");
            if (position[child] >= 0)
                throw new ModelFormatException($"{path}.{field}[{parent}]", $"node {child} is reached twice: this is not a tree.");
            position[child] = 0;
            stack.Push(child);
        }
    }
}
