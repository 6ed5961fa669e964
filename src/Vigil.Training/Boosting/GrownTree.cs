using Vigil.Core.Models;

namespace Vigil.Training.Boosting;

/// <summary>A finished (or growing) tree, which knows bins as well as thresholds.</summary>
internal sealed class GrownTree
{
    private readonly BinnedMatrix _x;
    private readonly SplitFinder _finder;
    private readonly double _learningRate;

    internal GrownTree(BinnedMatrix x, SplitFinder finder, double learningRate)
    {
        _x = x;
        _finder = finder;
        _learningRate = learningRate;
    }

    internal List<GrowingNode> Nodes { get; } = [];

    internal GrowingNode AddNode(int depth, int begin, int count, long gradient, long hessian)
    {
        var node = new GrowingNode
        {
            Id = Nodes.Count,
            Depth = depth,
            Begin = begin,
            Count = count,
            Gradient = gradient,
            Hessian = hessian,
            GainAsLeaf = _finder.Gain(gradient, hessian),
        };
        Nodes.Add(node);
        return node;
    }

    internal void Expand(GrowingNode node, int left)
    {
        var best = node.Best;
        node.Left = AddNode(node.Depth + 1, node.Begin, left, best.LeftGradient, best.LeftHessian);
        node.Right = AddNode(node.Depth + 1, node.Begin + left, node.Count - left, node.Gradient - best.LeftGradient, node.Hessian - best.LeftHessian);
    }

    internal float LeafValue(GrowingNode node) => (float)(_finder.Weight(node.Gradient, node.Hessian) * _learningRate);

    /// <summary>What the tree adds to the margin of a row of a matrix with the same bins.</summary>
    internal float Predict(BinnedMatrix other, int row)
    {
        var node = Nodes[0];
        while (node.Left is not null)
        {
            var split = node.Best;
            var code = (int)(ushort)(other.Blocks[split.Column / BinnedMatrix.ColumnsPerBlock][row] >> (16 * (split.Column % BinnedMatrix.ColumnsPerBlock)));
            var left = code == _x.Columns[split.Column].MissingCode ? split.MissingLeft : code <= split.Bin;
            node = left ? node.Left : node.Right!;
        }

        return LeafValue(node);
    }

    internal void AppendTo(TreeNodesBuilder builder)
    {
        builder.BeginTree();
        foreach (var node in Nodes)
        {
            var weight = _finder.Weight(node.Gradient, node.Hessian);
            builder.AddLeaf((float)(weight * _learningRate), (float)weight, (float)_finder.Hessian(node.Hessian));
        }

        foreach (var node in Nodes.Where(n => n.Left is not null))
        {
            var split = node.Best;
            builder.Split(node.Id, split.Column, _x.Columns[split.Column].UpperEdge(split.Bin), split.MissingLeft, (float)split.Gain, node.Left!.Id, node.Right!.Id);
        }
    }
}
