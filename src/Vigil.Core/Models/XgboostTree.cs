namespace Vigil.Core.Models;

/// <summary>One tree as XGBoost writes it; some fields it may leave out. Used again for tree after tree.</summary>
internal sealed class XgboostTree
{
    private readonly Stack<int> _stack = new();
    private readonly List<int> _order = []; // nodes that a walk from the root can meet, ascending
    private int[] _position = []; // each one's place among them

    internal Column<int> Left { get; } = new();

    internal Column<int> Right { get; } = new();

    internal Column<int> Feature { get; } = new();

    internal Column<float> Condition { get; } = new();

    internal Column<int> DefaultLeft { get; } = new();

    internal Column<int> SplitType { get; } = new();

    internal Column<int> CategoriesNodes { get; } = new();

    internal Column<float> Cover { get; } = new();

    internal Column<float> Gain { get; } = new();

    internal Column<float> Weight { get; } = new();

    internal int? NodeCount { get; set; }

    internal int LeafVectorSize { get; set; }

    /// <summary>Makes room for the next tree.</summary>
    internal void Clear()
    {
        foreach (var column in (ReadOnlySpan<Column<int>>)[Left, Right, Feature, DefaultLeft, SplitType, CategoriesNodes])
            column.Clear();
        foreach (var column in (ReadOnlySpan<Column<float>>)[Condition, Cover, Gain, Weight])
            column.Clear();
        (NodeCount, LeafVectorSize) = (null, 0);
    }

    /// <summary>Appends the nodes in use, renumbered (pruning leaves holes), and refuses what is no tree.</summary>
    /// <param name="builder">Receives them as its next tree.</param>
    /// <param name="path">Where the trees are in their document.</param>
    internal void AppendTo(TreeNodesBuilder builder, string path)
    {
        var tree = builder.TreeCount;
        if (!Left.IsThere)
            throw Error("left_children", "missing.");
        var count = Left.Count;
        if (count == 0)
            throw new ModelFormatException($"{path}[{tree}]", "the tree has no nodes.");
        if (LeafVectorSize > 1)
            throw Error("tree_param.size_leaf_vector", "leaves with several values are not supported.");
        Check(Right, "right_children", isRequired: true);
        Check(Feature, "split_indices", isRequired: true);
        Check(Condition, "split_conditions", isRequired: true);
        Check(DefaultLeft, "default_left", isRequired: true);
        Check(Cover, "sum_hessian", isRequired: false);
        Check(Gain, "loss_changes", isRequired: false);
        Check(Weight, "base_weights", isRequired: false);
        if (NodeCount is { } said && said != count)
            throw Error("tree_param.num_nodes", $"says {said} nodes, left_children has {count}.");
        if (CategoriesNodes.Count > 0 || SplitType.Values.ContainsAnyExcept(0))
            throw Error("split_type", "categorical splits are not supported; encode the feature as numbers before training.");

        Walk(path, tree);
        builder.BeginTree();
        foreach (var n in _order)
            builder.AddLeaf(Condition.Values[n], Weight.IsThere ? Weight.Values[n] : 0f, Cover.IsThere ? Cover.Values[n] : 0f);
        foreach (var n in _order)
        {
            if (Left.Values[n] == TreeNodes.Leaf)
                continue;
            builder.Split(
                _position[n], Feature.Values[n], Condition.Values[n], DefaultLeft.Values[n] != 0, Gain.IsThere ? Gain.Values[n] : 0f,
                _position[Left.Values[n]], _position[Right.Values[n]]);
        }

        void Check<T>(Column<T> values, string field, bool isRequired)
            where T : struct
        {
            if (values.IsThere ? values.Count != count : isRequired)
                throw Error(field, values.IsThere ? $"{values.Count} values for {count} nodes." : "missing.");
        }

        ModelFormatException Error(string field, string problem) => new($"{path}[{tree}].{field}", problem);
    }

    /// <summary>Numbers the nodes that a walk from the root can meet.</summary>
    private void Walk(string path, int tree)
    {
        var left = Left.Values;
        var right = Right.Values;
        if (_position.Length < left.Length)
            _position = new int[left.Length];
        var position = _position.AsSpan(0, left.Length);
        position.Fill(-1);
        position[0] = 0;
        _stack.Clear();
        _stack.Push(0);
        while (_stack.TryPop(out var n))
        {
            if (left[n] == TreeNodes.Leaf && right[n] == TreeNodes.Leaf)
                continue;
            foreach (var (child, field) in (ReadOnlySpan<(int, string)>)[(left[n], "left_children"), (right[n], "right_children")])
            {
                if ((uint)child >= (uint)position.Length)
                    throw new ModelFormatException($"{path}[{tree}].{field}[{n}]", $"node {child} of a tree of {position.Length} nodes.");
                if (position[child] >= 0)
                    throw new ModelFormatException($"{path}[{tree}].{field}[{n}]", $"node {child} is reached twice: this is not a tree.");
                position[child] = 0;
                _stack.Push(child);
            }
        }

        _order.Clear();
        for (var n = 0; n < position.Length; n++)
        {
            if (position[n] < 0)
                continue;
            position[n] = _order.Count;
            _order.Add(n);
        }
    }
}
