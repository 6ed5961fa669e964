using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Core.Models;

/// <summary>
/// Exact Shapley values of a row's margin over an ensemble of trees, path-dependent: the game of Lundberg, Erion, Lee,
/// "Consistent individualized feature attribution for tree ensembles" (2018), Algorithm 2, in which a feature that is not
/// known goes both ways at its nodes, by the share of training rows (cover) that did. Equal to XGBoost's
/// <c>pred_contribs</c>, computed otherwise.
/// </summary>
/// <remarks>
/// <para>
/// The Shapley value is the integral over t in [0, 1] of the derivative of the game's multilinear extension along the
/// diagonal (Owen, "Multilinear extensions of games", Management Science 18, 1972, theorem 5): every feature is known with
/// probability t. In a tree the extension is the mean leaf value where, at each node, the row's way is taken with
/// g = z (1 - t) + o t, with z the cover's share and o whether it is the row's way (1 or 0). Its derivative by the node's
/// feature is P (o - z) D, with P the product of g above the node and D the difference of its children's means. One walk
/// down gives P, one walk up gives the means, and the integrand is a polynomial in t of a degree below the number of
/// features on a path: Gauss-Legendre sums it exactly with half as many points, which lie side by side in a vector.
/// All factors lie in [0, 1] and nothing is divided, so trees of any depth are as exact as shallow ones.
/// </para>
/// <para>
/// A feature that was asked before on the way has one share z' and one o' for all of those nodes. Then the node's own t is
/// t' = o' t / (z' (1 - t) + o' t), and the derivative gains the factor dt'/dt: both depend on the model alone but for
/// o' in {0, 1}, and for o' = 0 they are zero. They are tabled.
/// </para>
/// </remarks>
internal sealed class TreeShap
{
    private readonly int _features;
    private readonly ShapTree[] _trees;
    private readonly ShapNode[] _nodes;
    private readonly float[] _leaves;
    private readonly ShapPoint[] _points;
    private readonly int _largest;
    private Scratch? _spare;

    /// <param name="nodes">The trees, valid for rows of this length.</param>
    /// <param name="features">Length of the rows.</param>
    public TreeShap(TreeNodes nodes, int features)
    {
        _features = features;
        var laid = new ShapTreeBuilder(nodes, features);
        (_trees, _nodes, _leaves, _points, Expected) = (laid.Trees, laid.Nodes, laid.Leaves, laid.Points, laid.Expected);
        foreach (var tree in _trees)
            _largest = Math.Max(_largest, tree.NodeCount + tree.LeafCount);
    }

    /// <summary>The sum over all trees of the mean leaf value by cover: the margin of a row of which nothing is known.</summary>
    public double Expected { get; }

    /// <summary>Computes the values of one row. Allocates nothing once as many rows were explained at a time as will be.</summary>
    /// <param name="row">The features; NaN is missing.</param>
    /// <param name="contributions">By feature; receives them.</param>
    /// <param name="scale">What each is multiplied with.</param>
    public void Contributions(ReadOnlySpan<float> row, Span<float> contributions, double scale = 1)
    {
        var scratch = Interlocked.Exchange(ref _spare, null) ?? new Scratch(_features, _largest);
        OrderedKeys.Fill(row, scratch.Keys);
        Array.Clear(scratch.Sums);
        foreach (var tree in _trees)
        {
            for (var pass = 0; pass < tree.PassCount; pass++)
                Add(tree, tree.Point + (pass * tree.PointCount), scratch);
        }

        for (var f = 0; f < contributions.Length; f++)
            contributions[f] = (float)(Vector256.Sum(scratch.Sums[f]) * scale);
        _spare = scratch;
    }

    /// <summary>Adds the derivatives of one tree at four points.</summary>
    private void Add(in ShapTree tree, int points, Scratch scratch)
    {
        ref var node = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_nodes), tree.Node);
        ref var point = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_points), points);
        ref var keys = ref MemoryMarshal.GetArrayDataReference(scratch.Keys);
        ref var known = ref MemoryMarshal.GetArrayDataReference(scratch.Known);
        ref var reach = ref MemoryMarshal.GetArrayDataReference(scratch.Reach);
        ref var way = ref MemoryMarshal.GetArrayDataReference(scratch.Way);
        ref var mean = ref MemoryMarshal.GetArrayDataReference(scratch.Mean);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(scratch.Sums);
        var inner = tree.NodeCount;
        known = 1;
        reach = Vector256<double>.One;
        for (nint i = 0; i < inner; i++)
        {
            ref var n = ref Unsafe.Add(ref node, i);
            var left = Unsafe.Add(ref keys, (nint)n.Slot) < n.Key ? 1 : 0;
            var onWay = Unsafe.Add(ref known, (nint)n.Before);
            Unsafe.Add(ref known, (2 * i) + 1) = onWay & left;
            Unsafe.Add(ref known, (2 * i) + 2) = onWay & (left ^ 1);
            ref var at = ref Unsafe.Add(ref point, (nint)(n.Point * onWay));
            var share = (double)n.LeftShare;
            var step = Vector256.Create(left - share);
            var toLeft = Vector256.FusedMultiplyAdd(step, at.Time, Vector256.Create(share));
            var above = Unsafe.Add(ref reach, i);
            var reachLeft = above * toLeft;
            Unsafe.Add(ref reach, (nint)n.Left) = reachLeft;
            Unsafe.Add(ref reach, (nint)n.Right) = above - reachLeft;
            Unsafe.Add(ref reach, i) = above * (at.Weight * step);
            Unsafe.Add(ref way, i) = toLeft;
        }

        ref var leaf = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_leaves), tree.Leaf);
        ref var leafMean = ref Unsafe.Add(ref mean, inner);
        for (nint i = 0; i < tree.LeafCount; i++)
            Unsafe.Add(ref leafMean, i) = Vector256.Create((double)Unsafe.Add(ref leaf, i));

        for (nint i = inner - 1; i >= 0; i--)
        {
            ref var n = ref Unsafe.Add(ref node, i);
            var right = Unsafe.Add(ref mean, (nint)n.Right);
            var difference = Unsafe.Add(ref mean, (nint)n.Left) - right;
            Unsafe.Add(ref mean, i) = Vector256.FusedMultiplyAdd(Unsafe.Add(ref way, i), difference, right);
            ref var sum = ref Unsafe.Add(ref sums, (nint)n.Feature);
            sum = Vector256.FusedMultiplyAdd(Unsafe.Add(ref reach, i), difference, sum);
        }
    }

    /// <summary>What one row needs while it is explained.</summary>
    private sealed class Scratch(int features, int largest)
    {
        public int[] Keys { get; } = new int[2 * features];

        /// <summary>Whether the row goes the ways that lead to a side of a node and ask for its feature; the first is 1.</summary>
        public int[] Known { get; } = new int[(2 * largest) + 1];

        /// <summary>The products of g above each node; then the derivatives' factor.</summary>
        public Vector256<double>[] Reach { get; } = new Vector256<double>[largest];

        public Vector256<double>[] Way { get; } = new Vector256<double>[largest];

        public Vector256<double>[] Mean { get; } = new Vector256<double>[largest];

        public Vector256<double>[] Sums { get; } = new Vector256<double>[features];
    }
}
