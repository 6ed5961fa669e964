using System.Runtime.InteropServices;
using Vigil.Training.Reference;

namespace Vigil.Training.Drift;

/// <summary>Counts one feature's values in the bins of its reference.</summary>
internal sealed class ColumnTally(ColumnReference reference)
{
    private readonly long[] _counts = new long[reference.Shares.Count];
    private long _missing;

    public void Add(float value)
    {
        if (float.IsNaN(value))
            _missing++;
        else
            _counts[reference.BinOf(value)]++;
    }

    /// <param name="referenceRows">Rows behind the reference, the missing ones included.</param>
    public ColumnDrift Drift(int referenceRows)
    {
        var present = _counts.Sum();
        var shares = CollectionsMarshal.AsSpan(reference.Shares.ToList());
        var referencePresent = referenceRows * (1 - reference.Missing);
        var distance = referencePresent > 0 ? DriftStatistics.KolmogorovSmirnov(shares, _counts) : double.NaN;

        // A missing value is a value like others to the index: one more bin.
        var (coarse, counts) = DriftStatistics.Coarsen(shares, _counts);
        double[] all = [.. coarse.Select(s => s * (1 - reference.Missing)), reference.Missing];
        long[] allCounts = [.. counts, _missing];
        return new ColumnDrift(
            reference.Name,
            DriftStatistics.StabilityIndex(all, referenceRows, allCounts),
            double.IsNaN(distance) ? null : distance,
            double.IsNaN(distance) ? null : DriftStatistics.KolmogorovProbability(distance, present, referencePresent),
            present + _missing == 0 ? 0 : _missing / (double)(present + _missing),
            reference.Missing);
    }
}
