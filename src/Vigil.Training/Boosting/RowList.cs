using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// The rows of a tree, each with its quantized gradient, ordered by node: splitting a node moves its left rows before
/// its right ones. Gradients travel with the rows, so that building a histogram reads both front to back.
/// </summary>
internal sealed class RowList
{
    // Fixed, so that the order of rows does not depend on the number of threads.
    private const int Chunk = 16_384;

    private readonly int[] _rows;
    private readonly long[] _gradients;
    private readonly int[] _rowsCopy;
    private readonly long[] _gradientsCopy;

    internal RowList(int capacity)
    {
        _rows = new int[capacity];
        _gradients = new long[capacity];
        _rowsCopy = new int[capacity];
        _gradientsCopy = new long[capacity];
    }

    internal int Count { get; set; }

    internal int[] Rows => _rows;

    internal long[] Gradients => _gradients;

    /// <summary>Divides nodes by their best splits.</summary>
    /// <returns>Rows that went left, by node.</returns>
    internal int[] Partition(BinnedMatrix x, List<GrowingNode> nodes, Workers workers)
    {
        var pieces = new List<(int Node, int Begin, int End)>();
        for (var n = 0; n < nodes.Count; n++)
        {
            for (var begin = nodes[n].Begin; begin < nodes[n].End; begin += Chunk)
                pieces.Add((n, begin, Math.Min(begin + Chunk, nodes[n].End)));
        }

        var lefts = new int[pieces.Count];
        workers.Run(pieces.Count, (p, _) =>
        {
            var (node, begin, end) = pieces[p];
            lefts[p] = Divide(x, nodes[node].Best, begin, end);
        });

        var counts = new int[nodes.Count];
        for (var p = 0; p < pieces.Count; p++)
            counts[pieces[p].Node] += lefts[p];
        var places = new (int Left, int Right)[pieces.Count];
        for (var p = 0; p < pieces.Count; p++)
        {
            var (node, begin, end) = pieces[p];
            if (p == 0 || pieces[p - 1].Node != node)
                places[p] = (nodes[node].Begin, nodes[node].Begin + counts[node]);
            if (p + 1 < pieces.Count && pieces[p + 1].Node == node)
                places[p + 1] = (places[p].Left + lefts[p], places[p].Right + end - begin - lefts[p]);
        }

        workers.Run(pieces.Count, (p, _) =>
        {
            var (_, begin, end) = pieces[p];
            Copy(begin, places[p].Left, lefts[p]);
            Copy(begin + lefts[p], places[p].Right, end - begin - lefts[p]);
        });
        return counts;
    }

    /// <summary>Writes a piece into the copy: left rows from its front, right rows from its back.</summary>
    private int Divide(BinnedMatrix x, Split split, int begin, int end)
    {
        var block = x.Blocks[split.Column / BinnedMatrix.ColumnsPerBlock];
        var shift = 16 * (split.Column % BinnedMatrix.ColumnsPerBlock);
        var missing = x.Columns[split.Column].MissingCode;
        var missingLeft = split.MissingLeft ? missing : -1;
        var bin = split.Bin;
        ref var codes = ref MemoryMarshal.GetArrayDataReference(block);
        ref var rows = ref MemoryMarshal.GetArrayDataReference(_rows);
        ref var gradients = ref MemoryMarshal.GetArrayDataReference(_gradients);
        ref var rowsCopy = ref MemoryMarshal.GetArrayDataReference(_rowsCopy);
        ref var gradientsCopy = ref MemoryMarshal.GetArrayDataReference(_gradientsCopy);
        nint left = begin;
        nint right = end - 1;
        for (nint i = begin; i < end; i++)
        {
            var row = Unsafe.Add(ref rows, i);
            var gradient = Unsafe.Add(ref gradients, i);
            var code = (int)(ushort)(Unsafe.Add(ref codes, row) >> shift);
            var goesLeft = (code <= bin ? 1 : 0) | (code == missingLeft ? 1 : 0);

            // Both places are free; the one that is not advanced is written again. No branch to mispredict.
            Unsafe.Add(ref rowsCopy, left) = row;
            Unsafe.Add(ref gradientsCopy, left) = gradient;
            Unsafe.Add(ref rowsCopy, right) = row;
            Unsafe.Add(ref gradientsCopy, right) = gradient;
            left += goesLeft;
            right -= 1 - goesLeft;
        }

        return (int)left - begin;
    }

    private void Copy(int from, int to, int count)
    {
        _rowsCopy.AsSpan(from, count).CopyTo(_rows.AsSpan(to));
        _gradientsCopy.AsSpan(from, count).CopyTo(_gradients.AsSpan(to));
    }
}
