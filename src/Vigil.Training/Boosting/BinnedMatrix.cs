using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// A feature matrix with each value replaced by its bin: 16 bits each, four columns packed into one 64-bit word, so
/// that a row costs one load for four histograms. Word b of a row holds the columns 4b to 4b + 3.
/// </summary>
internal sealed class BinnedMatrix
{
    internal const int ColumnsPerBlock = 4;

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
        workers.Run(x.ColumnCount, (c, _) =>
        {
            var values = new float[x.RowCount];
            var present = CopyPresent(x, c, values);
            FloatSort.Ascending(values.AsSpan(0, present));
            var cuts = QuantileCuts.Find(values.AsSpan(0, present), bins, tailShare);
            columns[c] = new BinnedColumn(cuts, present < x.RowCount, present > 0 && values[present - 1] < float.MaxValue);
        });
        return Code(x, columns, workers);
    }

    /// <summary>Codes other rows with the bins of these.</summary>
    internal BinnedMatrix Code(FeatureMatrix other, Workers workers) => Code(other, Columns, workers);

    private static BinnedMatrix Code(FeatureMatrix x, BinnedColumn[] columns, Workers workers)
    {
        const int Chunk = 16_384;
        var blocks = new ulong[(columns.Length + ColumnsPerBlock - 1) / ColumnsPerBlock][];
        for (var b = 0; b < blocks.Length; b++)
            blocks[b] = new ulong[x.RowCount];
        workers.Run((x.RowCount + Chunk - 1) / Chunk, (chunk, _) =>
        {
            var begin = chunk * Chunk;
            var end = Math.Min(begin + Chunk, x.RowCount);
            for (var c = 0; c < columns.Length; c++)
            {
                var block = blocks[c / ColumnsPerBlock];
                var shift = 16 * (c % ColumnsPerBlock);
                var column = columns[c];
                for (var i = begin; i < end; i++)
                    block[i] |= (ulong)column.CodeOf(x.Values[(i * x.ColumnCount) + c]) << shift;
            }
        });
        return new BinnedMatrix(x.RowCount, blocks, columns);
    }

    private static int CopyPresent(FeatureMatrix x, int column, float[] values)
    {
        var all = x.Values;
        var count = 0;
        for (var i = column; i < all.Length; i += x.ColumnCount)
        {
            var value = all[i];
            if (!float.IsNaN(value))
                values[count++] = value + 0f;
        }

        return count;
    }
}
