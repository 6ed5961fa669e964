namespace Vigil.Core.Models;

/// <summary>Nodes read from a file may say anything; after this check a walk from the root ends at a leaf.</summary>
internal static class TreeValidation
{
    internal const string XgboostTrees = "learner.gradient_booster.model.trees";

    /// <param name="nodes">What to check.</param>
    /// <param name="featureCount">Length of the rows.</param>
    /// <param name="path">Where the trees are in their document.</param>
    internal static void ThrowIfInvalid(TreeNodes nodes, int featureCount, string path)
    {
        var seen = new bool[nodes.Count];
        var stack = new Stack<int>();
        for (var t = 0; t < nodes.TreeCount; t++)
        {
            var start = nodes.Offsets[t];
            var count = nodes.Offsets[t + 1] - start;
            if (count == 0)
                throw new ModelFormatException($"{path}[{t}]", "the tree has no nodes.");
            seen[start] = true;
            stack.Push(0);
            while (stack.TryPop(out var node))
                CheckNode(nodes, featureCount, path, t, node, seen, stack);
        }
    }

    private static void CheckNode(TreeNodes nodes, int featureCount, string path, int tree, int node, bool[] seen, Stack<int> stack)
    {
        var start = nodes.Offsets[tree];
        var (left, right) = (nodes.Left[start + node], nodes.Right[start + node]);
        if (!float.IsFinite(nodes.Value[start + node]))
            throw new ModelFormatException($"{path}[{tree}].split_conditions[{node}]", $"{nodes.Value[start + node]} is not a finite number.");
        if (left == TreeNodes.Leaf && right == TreeNodes.Leaf)
            return;

        var feature = nodes.Feature[start + node];
        if ((uint)feature >= (uint)featureCount)
            throw new ModelFormatException($"{path}[{tree}].split_indices[{node}]", $"feature {feature} of a model of {featureCount} features.");
        var count = nodes.Offsets[tree + 1] - start;
        foreach (var (child, field) in (ReadOnlySpan<(int, string)>)[(left, "left_children"), (right, "right_children")])
        {
            if ((uint)child >= (uint)count)
                throw new ModelFormatException($"{path}[{tree}].{field}[{node}]", $"node {child} of a tree of {count} nodes.");
            if (seen[start + child])
                throw new ModelFormatException($"{path}[{tree}].{field}[{node}]", $"node {child} is reached twice: this is not a tree.");
            seen[start + child] = true;
            stack.Push(child);
        }
    }
}
