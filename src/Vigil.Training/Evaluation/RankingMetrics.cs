namespace Vigil.Training.Evaluation;

/// <summary>Metrics of the order of the scores. They see no difference between a score and any increasing function of it.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Area under the ROC curve: the chance that a fraud scores above a genuine row, a tie counting one half. The
    /// numerator is an exact integer, so the order of the rows does not matter.
    /// </summary>
    /// <param name="scores">Shape (n), no NaN.</param>
    /// <param name="labels">Shape (n).</param>
    /// <param name="weights">Shape (n), at least 0: how many rows each stands for; empty for 1.</param>
    /// <returns>In [0, 1]; NaN if there is no fraud or nothing but fraud.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double RocAuc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights = default)
    {
        if (!weights.IsEmpty)
            return RocCurve.Of(scores, labels, weights).Area;
        var (sorted, frauds) = Sort(scores, labels);
        long positives = 0, negatives = 0, twiceAbove = 0;
        for (var start = 0; start < sorted.Length;)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            for (var value = sorted[start]; start < sorted.Length && sorted[start] == value; start++)
            {
                if (frauds[start])
                    tiedPositives++;
                else
                    tiedNegatives++;
            }

            twiceAbove += tiedPositives * (2 * negatives + tiedNegatives);
            positives += tiedPositives;
            negatives += tiedNegatives;
        }

        return twiceAbove / (2.0 * positives * negatives);
    }

    /// <summary>
    /// Average precision: the sum over thresholds of the gain in recall times the precision there, without interpolation,
    /// as scikit-learn's average_precision_score; equal scores share one threshold.
    /// </summary>
    /// <inheritdoc cref="RocAuc"/>
    /// <returns>In [0, 1]; NaN if there is no fraud.</returns>
    public static double AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights = default)
    {
        if (!weights.IsEmpty)
            return RocCurve.Of(scores, labels, weights).AveragePrecision;
        var (sorted, frauds) = Sort(scores, labels);
        long positives = 0;
        var sum = 0.0;
        for (var end = sorted.Length - 1; end >= 0;)
        {
            long tied = 0;
            for (var value = sorted[end]; end >= 0 && sorted[end] == value; end--)
            {
                if (frauds[end])
                    tied++;
            }

            positives += tied;
            sum += tied * (positives / (double)(sorted.Length - 1 - end));
        }

        return sum / positives;
    }

    private static (float[] Scores, bool[] Labels) Sort(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException($"{scores.Length} scores do not fit {labels.Length} labels.", nameof(labels));
        var sorted = scores.ToArray();
        if (Array.FindIndex(sorted, float.IsNaN) is >= 0 and var row)
            throw new ArgumentException($"The score of row {row} is not a number.", nameof(scores));
        var frauds = labels.ToArray();
        Array.Sort(sorted, frauds);
        return (sorted, frauds);
    }
}
