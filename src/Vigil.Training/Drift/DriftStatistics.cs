namespace Vigil.Training.Drift;

/// <summary>How far two distributions over the same bins are apart.</summary>
public static class DriftStatistics
{
    // Where the reference's cumulative share passes these, a bin of the index ends: tenths, and the tails.
    private static readonly double[] IndexCuts = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

    /// <summary>
    /// The population stability index (Siddiqi, "Credit Risk Scorecards", 2006, chapter 9): the sum over bins of
    /// (p - q) ln(p / q). Below 0.1 little has changed, from 0.25 on much has. Half a row is added to each bin of either
    /// side, so that an empty one does not make it infinite.
    /// </summary>
    /// <param name="reference">Shares of the bins.</param>
    /// <param name="referenceRows">Rows behind them.</param>
    /// <param name="counts">Rows in the same bins now.</param>
    /// <returns>0 or more; NaN where either side has no row.</returns>
    /// <exception cref="ArgumentException">The numbers of bins differ.</exception>
    public static double StabilityIndex(ReadOnlySpan<double> reference, double referenceRows, ReadOnlySpan<long> counts)
    {
        Check(reference, counts);
        var rows = Sum(counts);
        if (rows == 0 || !(referenceRows > 0))
            return double.NaN;
        var bins = reference.Length;
        var sum = 0.0;
        for (var i = 0; i < bins; i++)
        {
            var p = (counts[i] + 0.5) / (rows + 0.5 * bins);
            var q = (reference[i] * referenceRows + 0.5) / (referenceRows + 0.5 * bins);
            sum += (p - q) * Math.Log(p / q);
        }

        return sum;
    }

    /// <summary>
    /// Kolmogorov and Smirnov's statistic: the largest distance between the two cumulative distributions, looked for where
    /// bins end. Exact where every value has a bin, else at most a bin's share too low.
    /// </summary>
    /// <inheritdoc cref="StabilityIndex"/>
    /// <returns>In [0, 1]; NaN where there is no row.</returns>
    public static double KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<long> counts)
    {
        Check(reference, counts);
        var rows = Sum(counts);
        if (rows == 0)
            return double.NaN;
        var (p, q, largest) = (0.0, 0.0, 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            p += counts[i] / (double)rows;
            q += reference[i];
            largest = Math.Max(largest, Math.Abs(p - q));
        }

        return largest;
    }

    /// <summary>
    /// How probable a distance as large is between two samples of one distribution, for many rows: Kolmogorov's
    /// 2 sum (-1)^(k-1) e^(-2 k² n d²) with n = ab / (a + b) (Smirnov, 1948).
    /// </summary>
    /// <param name="distance">As of <see cref="KolmogorovSmirnov"/>.</param>
    /// <param name="rows">Rows of one sample.</param>
    /// <param name="otherRows">Rows of the other.</param>
    public static double KolmogorovProbability(double distance, double rows, double otherRows)
    {
        var x = distance * distance * rows * otherRows / (rows + otherRows);
        if (x < 0.04)
            return 1; // the series needs many terms there, and its sum is 1 to ten digits
        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            var term = Math.Exp(-2 * k * k * x);
            sum += (k & 1) == 1 ? term : -term;
            if (term < 1e-17)
                break;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }

    /// <summary>Joins bins to those that the index is taken over: tenths of the reference, and its tails.</summary>
    internal static (double[] Reference, long[] Counts) Coarsen(ReadOnlySpan<double> reference, ReadOnlySpan<long> counts)
    {
        Check(reference, counts);
        var (shares, rows) = (new List<double>(), new List<long>());
        var (share, count, cumulative, cut) = (0.0, 0L, 0.0, 0);
        for (var i = 0; i < counts.Length; i++)
        {
            // What was never seen, on either side, is a bin of its own.
            if (reference[i] == 0 && (i == 0 || i == counts.Length - 1))
            {
                Close();
                shares.Add(0);
                rows.Add(counts[i]);
                continue;
            }

            share += reference[i];
            count += counts[i];
            cumulative += reference[i];
            if (cumulative < IndexCuts[cut] - 1e-9)
                continue;
            Close();
            while (cut < IndexCuts.Length - 1 && cumulative >= IndexCuts[cut] - 1e-9)
                cut++;
        }

        Close();
        return ([.. shares], [.. rows]);

        void Close()
        {
            if (share > 0 || count > 0)
            {
                shares.Add(share);
                rows.Add(count);
            }

            (share, count) = (0, 0);
        }
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }

    private static void Check(ReadOnlySpan<double> reference, ReadOnlySpan<long> counts)
    {
        if (reference.Length != counts.Length)
            throw new ArgumentException($"{reference.Length} bins of the reference do not fit {counts.Length}.", nameof(counts));
    }
}
