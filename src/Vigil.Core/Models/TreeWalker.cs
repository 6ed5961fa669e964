using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Core.Models;

/// <summary>
/// Scores rows against trees without a branch that depends on data. Three ideas:
/// <list type="bullet">
/// <item>A row is first turned into integers that order as its floats do (<see cref="OrderedKeys"/>).</item>
/// <item>A node is 8 bytes: the threshold's integer, the slot of the row to compare with, and the distance to the left
/// child, which the right child follows. A leaf's distance is 0 and its comparison never true, so it stays where it is
/// and every tree of a group takes the same number of steps.</item>
/// <item>Eight walks (trees of one row, or rows through one tree) go on at the same time, so that the processor waits
/// for eight loads at once instead of one after the other.</item>
/// </list>
/// Leaves are added in tree order, in float32, in both forms: the bits agree.
/// </summary>
internal sealed class TreeWalker
{
    private const int Lanes = 8;
    private const int SlotBits = 12;
    private const uint SlotMask = (1u << SlotBits) - 1;
    private const int MaxFeatures = ((1 << SlotBits) - 1) / 2;
    private const int MaxDistance = 1 << (32 - SlotBits);

    // Eight rows of two integers per feature must fit on a thread's stack with room to spare.
    private const int MaxFeaturesInBatch = 512;

    private readonly TreeNodes _nodes;
    private readonly int _features;
    private readonly float _baseMargin;
    private readonly PackedNode[]? _packed;
    private readonly int[] _roots = [];
    private readonly int[] _depths = [];
    private readonly int[] _depthsOfGroups = [];

    internal TreeWalker(TreeNodes nodes, int features, float baseMargin)
    {
        _nodes = nodes;
        _features = features;
        _baseMargin = baseMargin;
        if (features > MaxFeatures)
            return;

        var padded = (nodes.TreeCount + Lanes - 1) / Lanes * Lanes;
        // A leaf for each of the trees that fill up the last group.
        var packed = new PackedNode[nodes.Count + padded - nodes.TreeCount];
        var count = 0;
        _roots = new int[padded];
        _depths = new int[padded];
        var order = new List<(int Node, int Depth)>();
        for (var t = 0; t < padded; t++)
        {
            _roots[t] = count;
            if (t >= nodes.TreeCount)
                packed[count++] = PackLeaf(0f); // adding zero changes no sum
            else if (!PackTree(t, packed.AsSpan(count), order, out _depths[t]))
                return;
            else
                count += order.Count;
        }

        _depthsOfGroups = new int[padded / Lanes];
        for (var g = 0; g < _depthsOfGroups.Length; g++)
            _depthsOfGroups[g] = _depths.AsSpan(g * Lanes, Lanes).ToArray().Max();
        _packed = packed;
    }

    internal float Margin(ReadOnlySpan<float> row)
    {
        if (_packed is null)
            return MarginByPlainWalk(row);

        Span<int> keys = stackalloc int[(2 * _features) + 1];
        FillKeys(row, keys);
        ref var nodes = ref MemoryMarshal.GetArrayDataReference(_packed);
        ref var key = ref MemoryMarshal.GetReference(keys);
        var sum = _baseMargin;
        for (var group = 0; group < _depthsOfGroups.Length; group++)
        {
            ref var root = ref _roots[group * Lanes];
            nint p0 = root;
            nint p1 = Unsafe.Add(ref root, 1);
            nint p2 = Unsafe.Add(ref root, 2);
            nint p3 = Unsafe.Add(ref root, 3);
            nint p4 = Unsafe.Add(ref root, 4);
            nint p5 = Unsafe.Add(ref root, 5);
            nint p6 = Unsafe.Add(ref root, 6);
            nint p7 = Unsafe.Add(ref root, 7);
            for (var d = _depthsOfGroups[group]; d > 0; d--)
            {
                p0 = Step(ref nodes, ref key, p0);
                p1 = Step(ref nodes, ref key, p1);
                p2 = Step(ref nodes, ref key, p2);
                p3 = Step(ref nodes, ref key, p3);
                p4 = Step(ref nodes, ref key, p4);
                p5 = Step(ref nodes, ref key, p5);
                p6 = Step(ref nodes, ref key, p6);
                p7 = Step(ref nodes, ref key, p7);
            }

            sum += LeafValue(ref nodes, p0);
            sum += LeafValue(ref nodes, p1);
            sum += LeafValue(ref nodes, p2);
            sum += LeafValue(ref nodes, p3);
            sum += LeafValue(ref nodes, p4);
            sum += LeafValue(ref nodes, p5);
            sum += LeafValue(ref nodes, p6);
            sum += LeafValue(ref nodes, p7);
        }

        return sum;
    }

    internal void Margins(ReadOnlySpan<float> rows, Span<float> margins)
    {
        var i = 0;
        if (_packed is not null && _features <= MaxFeaturesInBatch && margins.Length >= Lanes)
        {
            Span<int> keys = stackalloc int[((2 * _features) + 1) * Lanes];
            for (; i <= margins.Length - Lanes; i += Lanes)
                MarginsOfBlock(rows.Slice(i * _features, Lanes * _features), keys, margins.Slice(i, Lanes));
        }

        for (; i < margins.Length; i++)
            margins[i] = Margin(rows.Slice(i * _features, _features));
    }

    private void MarginsOfBlock(ReadOnlySpan<float> rows, Span<int> keys, Span<float> margins)
    {
        FillKeysOfBlock(rows, keys);
        ref var nodes = ref MemoryMarshal.GetArrayDataReference(_packed!);
        ref var key = ref MemoryMarshal.GetReference(keys);
        Span<float> sums = stackalloc float[Lanes];
        sums.Fill(_baseMargin);
        for (var t = 0; t < _nodes.TreeCount; t++)
        {
            var root = _roots[t];
            nint p0 = root, p1 = root, p2 = root, p3 = root, p4 = root, p5 = root, p6 = root, p7 = root;
            for (var d = _depths[t]; d > 0; d--)
            {
                p0 = StepOfBlock(ref nodes, ref key, p0, 0);
                p1 = StepOfBlock(ref nodes, ref key, p1, 1);
                p2 = StepOfBlock(ref nodes, ref key, p2, 2);
                p3 = StepOfBlock(ref nodes, ref key, p3, 3);
                p4 = StepOfBlock(ref nodes, ref key, p4, 4);
                p5 = StepOfBlock(ref nodes, ref key, p5, 5);
                p6 = StepOfBlock(ref nodes, ref key, p6, 6);
                p7 = StepOfBlock(ref nodes, ref key, p7, 7);
            }

            sums[7] += LeafValue(ref nodes, p7);
            sums[6] += LeafValue(ref nodes, p6);
            sums[5] += LeafValue(ref nodes, p5);
            sums[4] += LeafValue(ref nodes, p4);
            sums[3] += LeafValue(ref nodes, p3);
            sums[2] += LeafValue(ref nodes, p2);
            sums[1] += LeafValue(ref nodes, p1);
            sums[0] += LeafValue(ref nodes, p0);
        }

        sums.CopyTo(margins);
    }

    /// <summary>The definition, for models too wide for the packed form (and for tests to compare with).</summary>
    internal float MarginByPlainWalk(ReadOnlySpan<float> row)
    {
        var sum = _baseMargin;
        for (var t = 0; t < _nodes.TreeCount; t++)
        {
            var start = _nodes.Offsets[t];
            var i = start;
            while (_nodes.Left[i] != TreeNodes.Leaf)
            {
                var x = row[_nodes.Feature[i]];
                var left = float.IsNaN(x) ? _nodes.DefaultLeft[i] : x < _nodes.Value[i];
                i = start + (left ? _nodes.Left[i] : _nodes.Right[i]);
            }

            sum += _nodes.Value[i] + 0f;
        }

        return sum;
    }

    // Native-sized integers throughout: the processor then needs no instruction to widen an index.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Step(ref PackedNode nodes, ref int keys, nint position)
    {
        ref var node = ref Unsafe.Add(ref nodes, position);
        var walk = node.Walk;
        var key = Unsafe.Add(ref keys, (nint)(walk & SlotMask));
        return position + (nint)(walk >> SlotBits) + (key >= node.Key ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint StepOfBlock(ref PackedNode nodes, ref int keys, nint position, int lane)
    {
        ref var node = ref Unsafe.Add(ref nodes, position);
        var walk = node.Walk;
        var key = Unsafe.Add(ref keys, ((nint)(walk & SlotMask) * Lanes) + lane);
        return position + (nint)(walk >> SlotBits) + (key >= node.Key ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LeafValue(ref PackedNode nodes, nint position) =>
        BitConverter.Int32BitsToSingle(Unsafe.Add(ref nodes, position).Key);

    /// <summary>Slots [0, F): NaN lowest; [F, 2F): NaN highest; the last is below every threshold, for leaves.</summary>
    private void FillKeys(ReadOnlySpan<float> row, Span<int> keys)
    {
        OrderedKeys.Fill(row, keys);
        keys[2 * _features] = int.MinValue;
    }

    private void FillKeysOfBlock(ReadOnlySpan<float> rows, Span<int> keys)
    {
        for (var f = 0; f < _features; f++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var value = rows[(lane * _features) + f];
                var missing = float.IsNaN(value);
                var ordered = OrderedKeys.Of(value);
                keys[(f * Lanes) + lane] = missing ? int.MinValue : ordered;
                keys[((_features + f) * Lanes) + lane] = missing ? int.MaxValue : ordered;
            }
        }

        keys.Slice(2 * _features * Lanes, Lanes).Fill(int.MinValue);
    }

    /// <summary>Breadth first, children side by side.</summary>
    private bool PackTree(int tree, Span<PackedNode> packed, List<(int Node, int Depth)> order, out int depth)
    {
        var start = _nodes.Offsets[tree];
        order.Clear();
        order.Add((0, 0));
        depth = 0;
        for (var i = 0; i < order.Count; i++)
        {
            var (node, nodeDepth) = order[i];
            var n = start + node;
            depth = nodeDepth;
            if (_nodes.Left[n] == TreeNodes.Leaf)
            {
                packed[i] = PackLeaf(_nodes.Value[n]);
                continue;
            }

            var distance = order.Count - i;
            if (distance >= MaxDistance)
                return false;
            var slot = OrderedKeys.Slot(_nodes.Feature[n], _nodes.DefaultLeft[n], _features);
            packed[i] = Pack(OrderedKeys.Of(_nodes.Value[n]), distance, slot);
            order.Add((_nodes.Left[n], nodeDepth + 1));
            order.Add((_nodes.Right[n], nodeDepth + 1));
        }

        return true;
    }

    // The last slot is int.MinValue, and no leaf has these bits, since -0 + 0 is +0: the comparison is never true.
    private PackedNode PackLeaf(float value) => Pack(BitConverter.SingleToInt32Bits(value + 0f), 0, 2 * _features);

    private static PackedNode Pack(int key, int distance, int slot) => new(((uint)distance << SlotBits) | (uint)slot, key);

    /// <param name="Walk">Distance to the left child, and the slot to compare.</param>
    /// <param name="Key">The threshold in the order of the slots, or the bits of a leaf's value.</param>
    private readonly record struct PackedNode(uint Walk, int Key);
}
