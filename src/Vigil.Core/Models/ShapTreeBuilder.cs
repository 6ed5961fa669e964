using System.Runtime.Intrinsics;

namespace Vigil.Core.Models;

/// <summary>Lays trees out for <see cref="TreeShap"/>, one after another.</summary>
internal sealed class ShapTreeBuilder
{
    private const int PointsPerPass = 4;

    private readonly Dictionary<int, (double[] Points, double[] Weights)> _rules = [];
    private readonly TreeNodes _nodes;
    private readonly int _features;
    private readonly List<int> _order = []; // breadth first
    private readonly List<int> _inner = [];
    private readonly List<int> _leaves = [];
    private readonly List<double> _repeated = [];
    private readonly List<ShapPoint> _points = [];
    private int[] _number = [];
    private int[] _parent = [];
    private double[] _shares = []; // z' by side, as ShapNode.Before counts them
    private int[] _players = []; // features on the way to a node and at it
    private double[] _means = [];
    private int _start;
    private int _nodeCount;
    private int _leafCount;

    public ShapTreeBuilder(TreeNodes nodes, int features)
    {
        _nodes = nodes;
        _features = features;
        Nodes = new ShapNode[nodes.Count - nodes.Left.Count(TreeNodes.Leaf)];
        Leaves = new float[nodes.Count - Nodes.Length];
        Trees = new ShapTree[nodes.TreeCount];
        for (var t = 0; t < nodes.TreeCount; t++)
            Trees[t] = Add(t);
        Points = [.. _points];
    }

    public ShapNode[] Nodes { get; }

    public float[] Leaves { get; }

    public ShapPoint[] Points { get; }

    public ShapTree[] Trees { get; }

    /// <summary>The sum over all trees of the mean leaf value by cover.</summary>
    public double Expected { get; private set; }

    private ShapTree Add(int tree)
    {
        Number(tree);
        var nodes = Nodes.AsSpan(_nodeCount, _inner.Count);
        _repeated.Clear();
        _shares[0] = 1;
        var most = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = _inner[i];
            var n = _start + node;
            var before = Before(node);
            _players[i] = (i == 0 ? 0 : _players[_number[_parent[node]]]) + (before == 0 ? 1 : 0);
            most = Math.Max(most, _players[i]);
            if (before != 0)
                _repeated.Add(_shares[before]);
            var share = LeftShare(n);
            _shares[(2 * i) + 1] = _shares[before] * share;
            _shares[(2 * i) + 2] = _shares[before] * (1 - share);
            nodes[i] = new ShapNode(
                OrderedKeys.Of(_nodes.Value[n]), OrderedKeys.Slot(_nodes.Feature[n], _nodes.DefaultLeft[n], _features), _nodes.Feature[n],
                (float)share, _number[_nodes.Left[n]], _number[_nodes.Right[n]], before == 0 ? 1 : 1 + _repeated.Count, before);
        }

        for (var i = 0; i < _leaves.Count; i++)
            Leaves[_leafCount + i] = _nodes.Value[_start + _leaves[i]];
        Expected += Mean(nodes);

        // A polynomial of degree (players - 1) needs half as many points.
        var passes = (most + (2 * PointsPerPass) - 1) / (2 * PointsPerPass);
        var laid = new ShapTree(_nodeCount, nodes.Length, _leafCount, _points.Count, 2 + _repeated.Count, passes);
        for (var pass = 0; pass < passes; pass++)
            AddPoints(Rule(passes * PointsPerPass), pass);
        _nodeCount += nodes.Length;
        _leafCount += _leaves.Count;
        return laid;
    }

    /// <summary>Numbers the inner nodes breadth first, and the leaves after them.</summary>
    private void Number(int tree)
    {
        _start = _nodes.Offsets[tree];
        var count = _nodes.Offsets[tree + 1] - _start;
        if (_number.Length < count)
        {
            (_number, _parent, _players) = (new int[count], new int[count], new int[count]);
            (_shares, _means) = (new double[(2 * count) + 1], new double[count]);
        }

        _order.Clear();
        _inner.Clear();
        _leaves.Clear();
        _order.Add(0);
        _parent[0] = -1;
        for (var next = 0; next < _order.Count; next++)
        {
            var node = _order[next];
            var left = _nodes.Left[_start + node];
            if (left == TreeNodes.Leaf)
            {
                _leaves.Add(node);
                continue;
            }

            var right = _nodes.Right[_start + node];
            _number[node] = _inner.Count;
            _inner.Add(node);
            (_parent[left], _parent[right]) = (node, node);
            _order.Add(left);
            _order.Add(right);
        }

        for (var i = 0; i < _leaves.Count; i++)
            _number[_leaves[i]] = _inner.Count + i;
    }

    private (double[] Points, double[] Weights) Rule(int count)
    {
        if (!_rules.TryGetValue(count, out var rule))
            _rules.Add(count, rule = GaussLegendre.Rule(count));
        return rule;
    }

    private void AddPoints((double[] Points, double[] Weights) rule, int pass)
    {
        var t = Vector256.Create(rule.Points, pass * PointsPerPass);
        var w = Vector256.Create(rule.Weights, pass * PointsPerPass);
        _points.Add(default);
        _points.Add(new ShapPoint(t, w));
        foreach (var repeated in _repeated)
        {
            var share = Vector256.Create(repeated);
            var all = (share * (Vector256<double>.One - t)) + t;
            _points.Add(new ShapPoint(t / all, w * share / (all * all)));
        }
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

    private double Mean(ReadOnlySpan<ShapNode> nodes)
    {
        for (var i = 0; i < _leaves.Count; i++)
            _means[nodes.Length + i] = _nodes.Value[_start + _leaves[i]];
        for (var i = nodes.Length - 1; i >= 0; i--)
            _means[i] = _means[nodes[i].Right] + (nodes[i].LeftShare * (_means[nodes[i].Left] - _means[nodes[i].Right]));
        return _means[0];
    }
}
