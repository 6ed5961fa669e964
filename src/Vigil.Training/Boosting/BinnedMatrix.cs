using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// A feature matrix with each value replaced by its bin: 16 bits each, four columns packed into one 64-bit word, so
/// that a row costs one load for four histograms. Word b of a row holds the columns 4b to 4b + 3.
/// </summary>
internal sealed class BinnedMatrix
{
    internal const int ColumnsPerBlock = 4;

    private const int ColumnsPerPass = 8;

    private BinnedMatrix(int rows, ulong[][] blocks, BinnedColumn[] columns)
    {
        Rows = rows;
        Blocks = blocks;
        Columns = columns;
        Offsets = new int[columns.Length + 1];
        for (var c = 0; c < columns.Length; c++)
            Offsets[c + 1] = Offsets[c] + columns[c].BinCount;
    }

    internal int Rows { get; }

    /// <summary>Shape (blocks, rows).</summary>
    internal ulong[][] Blocks { get; }

    internal BinnedColumn[] Columns { get; }

    /// <summary>Where each column's histogram begins in the whole one, and at the end its length, in bins.</summary>
    internal int[] Offsets { get; }

    internal int TotalBins => Offsets[^1];

    /// <summary>Chooses the bins of every column and codes it.</summary>
    internal static BinnedMatrix Create(FeatureMatrix x, int bins, double tailShare, Workers workers)
    {
        var columns = new BinnedColumn[x.ColumnCount];
        var groups = (x.ColumnCount + ColumnsPerPass - 1) / ColumnsPerPass;
        workers.Run(groups, (group, _) =>
        {
            var first = group * ColumnsPerPass;
            var values = CopyPresent(x, first, Math.Min(ColumnsPerPass, x.ColumnCount - first), out var present);
            for (var k = 0; k < values.Length; k++)
            {
                var sorted = values[k].AsSpan(0, present[k]);
                FloatSort.Ascending(sorted);
                var belowLargest = !sorted.IsEmpty && sorted[^1] < float.MaxValue;
                columns[first + k] = new BinnedColumn(QuantileCuts.Find(sorted, bins, tailShare), sorted.Length < x.RowCount, belowLargest);
            }
        });
        return Code(x, columns, workers);
    }

    /// <summary>Codes other rows with the bins of these.</summary>
    internal BinnedMatrix Code(FeatureMatrix other, Workers workers) => Code(other, Columns, workers);

    private static BinnedMatrix Code(FeatureMatrix x, BinnedColumn[] columns, Workers workers)
    {
        // Few enough rows to stay in the cache while one column after the other is read.
        const int Chunk = 1024;
        var blocks = new ulong[(columns.Length + ColumnsPerBlock - 1) / ColumnsPerBlock][];
        for (var b = 0; b < blocks.Length; b++)
            blocks[b] = new ulong[x.RowCount];
        workers.Run((x.RowCount + Chunk - 1) / Chunk, (chunk, _) =>
        {
            var begin = chunk * Chunk;
            var end = Math.Min(begin + Chunk, x.RowCount);
            var values = x.Values;
            for (var c = 0; c < columns.Length; c++)
            {
                var block = blocks[c / ColumnsPerBlock];
                var shift = 16 * (c % ColumnsPerBlock);
                var column = columns[c];
                for (var i = begin; i < end; i++)
                    block[i] |= (ulong)column.CodeOf(values[(i * columns.Length) + c]) << shift;
            }
        });
        return new BinnedMatrix(x.RowCount, blocks, columns);
    }

    /// <summary>Copies a few columns, which share cache lines, in one pass.</summary>
    private static float[][] CopyPresent(FeatureMatrix x, int first, int count, out int[] present)
    {
        var all = x.Values;
        present = new int[count];
        var values = new float[count][];
        for (var k = 0; k < count; k++)
            values[k] = new float[x.RowCount];
        for (var i = first; i < all.Length; i += x.ColumnCount)
        {
            for (var k = 0; k < count; k++)
            {
                var value = all[i + k];
                if (!float.IsNaN(value))
                    values[k][present[k]++] = value + 0f;
            }
        }

        return values;
    }
}
