using System.Runtime.Intrinsics;

namespace Vigil.Core.Models;

/// <summary>Lays a tree out for <see cref="TreeShap"/>.</summary>
internal sealed class ShapTreeBuilder
{
    private const int PointsPerPass = 4;

    private readonly TreeNodes _nodes;
    private readonly int _start;
    private readonly int _features;
    private readonly List<int> _inner = [];
    private readonly List<int> _leaves = [];
    private readonly int[] _number;
    private readonly int[] _parent;

    public ShapTreeBuilder(TreeNodes nodes, int tree, int features)
    {
        _nodes = nodes;
        _start = nodes.Offsets[tree];
        _features = features;
        var count = nodes.Offsets[tree + 1] - _start;
        _number = new int[count];
        _parent = new int[count];
        _parent[0] = -1;
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out var node))
        {
            var left = nodes.Left[_start + node];
            if (left == TreeNodes.Leaf)
            {
                _leaves.Add(node);
                continue;
            }

            _number[node] = _inner.Count;
            _inner.Add(node);
            foreach (var child in (ReadOnlySpan<int>)[left, nodes.Right[_start + node]])
            {
                _parent[child] = node;
                queue.Enqueue(child);
            }
        }

        for (var i = 0; i < _leaves.Count; i++)
            _number[_leaves[i]] = _inner.Count + i;
    }

    public ShapTree Build(Dictionary<int, (double[] Points, double[] Weights)> rules)
    {
        var nodes = new ShapNode[_inner.Count];
        var shares = new double[(2 * _inner.Count) + 1]; // z' by side, as ShapNode.Before counts them
        var players = new int[_inner.Count]; // features on the way to a node and at it
        var repeated = new List<double>();
        shares[0] = 1;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = _inner[i];
            var n = _start + node;
            var before = Before(node);
            players[i] = (i == 0 ? 0 : players[_number[_parent[node]]]) + (before == 0 ? 1 : 0);
            if (before != 0)
                repeated.Add(shares[before]);
            var share = LeftShare(n);
            shares[(2 * i) + 1] = shares[before] * share;
            shares[(2 * i) + 2] = shares[before] * (1 - share);
            nodes[i] = new ShapNode(
                OrderedKeys.Of(_nodes.Value[n]), OrderedKeys.Slot(_nodes.Feature[n], _nodes.DefaultLeft[n], _features), _nodes.Feature[n],
                (float)share, _number[_nodes.Left[n]], _number[_nodes.Right[n]], before == 0 ? 1 : 1 + repeated.Count, before);
        }

        // A polynomial of degree (players - 1) needs half as many points.
        var passes = (players.DefaultIfEmpty().Max() + (2 * PointsPerPass) - 1) / (2 * PointsPerPass);
        return new ShapTree(
            nodes, [.. _leaves.Select(leaf => _nodes.Value[_start + leaf])],
            [.. Enumerable.Range(0, passes).Select(pass => Points(Rule(rules, passes * PointsPerPass), pass, repeated))],
            Expected(nodes));
    }

    private static (double[] Points, double[] Weights) Rule(Dictionary<int, (double[], double[])> rules, int count)
    {
        if (!rules.TryGetValue(count, out var rule))
            rules.Add(count, rule = GaussLegendre.Rule(count));
        return rule;
    }

    private static ShapPoint[] Points((double[] Points, double[] Weights) rule, int pass, List<double> repeated)
    {
        var t = Vector256.Create(rule.Points, pass * PointsPerPass);
        var w = Vector256.Create(rule.Weights, pass * PointsPerPass);
        var points = new ShapPoint[2 + repeated.Count];
        points[1] = new ShapPoint(t, w);
        for (var i = 0; i < repeated.Count; i++)
        {
            var share = Vector256.Create(repeated[i]);
            var all = (share * (Vector256<double>.One - t)) + t;
            points[2 + i] = new ShapPoint(t / all, w * share / (all * all));
        }

        return points;
    }

    /// <summary>See <see cref="ShapNode.Before"/>.</summary>
    private int Before(int node)
    {
        var feature = _nodes.Feature[_start + node];
        for (var (child, above) = (node, _parent[node]); above >= 0; (child, above) = (above, _parent[above]))
        {
            if (_nodes.Feature[_start + above] == feature)
                return (2 * _number[above]) + (_nodes.Left[_start + above] == child ? 1 : 2);
        }

        return 0;
    }

    private double LeftShare(int n)
    {
        double left = _nodes.Cover[_start + _nodes.Left[n]], right = _nodes.Cover[_start + _nodes.Right[n]];

        // Nothing passed here in training, so nothing is known of how it would go on.
        return left + right > 0 ? left / (left + right) : 0.5;
    }

    private double Expected(ShapNode[] nodes)
    {
        var means = new double[nodes.Length + _leaves.Count];
        for (var i = 0; i < _leaves.Count; i++)
            means[nodes.Length + i] = _nodes.Value[_start + _leaves[i]];
        for (var i = nodes.Length - 1; i >= 0; i--)
            means[i] = means[nodes[i].Right] + (nodes[i].LeftShare * (means[nodes[i].Left] - means[nodes[i].Right]));
        return means[0];
    }
}
