namespace Vigil.Training.Evaluation;

/// <summary>Metrics of scores that claim to be probabilities: whether 0.3 means three in ten.</summary>
public static class ProbabilityMetrics
{
    // scikit-learn's for doubles: a certain and wrong answer costs 36, not infinity.
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Mean of -log of the probability given to what happened, as scikit-learn's log_loss on doubles.</summary>
    /// <param name="scores">Shape (n), in [0, 1]; kept 2.2e-16 away from the ends.</param>
    /// <param name="labels">Shape (n).</param>
    /// <param name="weights">Shape (n), above 0: how many rows each stands for; empty for 1.</param>
    /// <returns>At least 0; NaN if there are no rows.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is outside [0, 1].</exception>
    public static double LogLoss(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights = default)
    {
        Check(scores, labels, weights);
        var (sum, rows) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            sum += Weight(weights, i) * RowLogLoss(scores[i], labels[i]);
            rows += Weight(weights, i);
        }

        return sum / rows;
    }

    /// <summary>The loss of one row.</summary>
    internal static double RowLogLoss(double score, bool label)
    {
        var p = Math.Clamp(score, Epsilon, 1 - Epsilon);
        return -Math.Log(label ? p : 1 - p);
    }

    /// <summary>Mean squared difference between score and outcome (Brier, Monthly Weather Review 78, 1950).</summary>
    /// <inheritdoc cref="LogLoss"/>
    /// <returns>In [0, 1]; NaN if there are no rows.</returns>
    public static double Brier(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights = default)
    {
        Check(scores, labels, weights);
        var (sum, rows) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            var error = scores[i] - (labels[i] ? 1.0 : 0.0);
            sum += Weight(weights, i) * error * error;
            rows += Weight(weights, i);
        }

        return sum / rows;
    }

    /// <summary>
    /// The expected calibration error: the mean distance between the mean score and the share of frauds over bins of equal
    /// numbers of rows (Nixon et al., "Measuring Calibration in Deep Learning", CVPR workshops 2019, section 3: adaptive
    /// bins). Bins of equal width would have all rows but the frauds in the first.
    /// </summary>
    /// <inheritdoc cref="LogLoss"/>
    /// <param name="bins">As of <see cref="Reliability"/>.</param>
    /// <returns>In [0, 1]; NaN if there are no rows.</returns>
    public static double ExpectedCalibrationError(
        ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, int bins = 20, ReadOnlySpan<float> weights = default)
    {
        var (sum, rows) = (0.0, 0.0);
        foreach (var bin in Reliability(scores, labels, bins, weights))
        {
            sum += bin.Weight * Math.Abs(bin.MeanScore - bin.FraudShare);
            rows += bin.Weight;
        }

        return sum / rows;
    }

    /// <summary>The reliability curve: rows by rising score in bins of equal size, what they promise and what they hold.</summary>
    /// <inheritdoc cref="LogLoss"/>
    /// <param name="bins">At most so many, 1 or more: rows of equal score stay together.</param>
    public static IReadOnlyList<ReliabilityBin> Reliability(
        ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, int bins = 20, ReadOnlySpan<float> weights = default)
    {
        Check(scores, labels, weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var sorted = scores.ToArray();
        int[] rows = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, rows);
        var result = new List<ReliabilityBin>();
        for (var (start, bin) = (0, 1); start < sorted.Length; bin++)
        {
            var end = Math.Max((int)((long)sorted.Length * bin / bins), start);
            while (end > start && end < sorted.Length && sorted[end] == sorted[end - 1])
                end++;
            if (end == start)
                continue;
            var (sum, frauds, all) = (0.0, 0.0, 0.0);
            for (var i = start; i < end; i++)
            {
                var weight = Weight(weights, rows[i]);
                all += weight;
                sum += weight * sorted[i];
                frauds += labels[rows[i]] ? weight : 0;
            }

            result.Add(new ReliabilityBin(end - start, sum / all, frauds / all) { Weight = all });
            start = end;
        }

        return result;
    }

    private static double Weight(ReadOnlySpan<float> weights, int row) => weights.IsEmpty ? 1 : weights[row];

    private static void Check(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights)
    {
        if (scores.Length != labels.Length || (!weights.IsEmpty && weights.Length != scores.Length))
            throw new ArgumentException($"{scores.Length} scores do not fit {labels.Length} labels.", nameof(labels));
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] is not (>= 0 and <= 1))
                throw new ArgumentException($"The score of row {i} is {scores[i]}; a probability is in [0, 1].", nameof(scores));
        }
    }
}
