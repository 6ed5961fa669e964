namespace Vigil.Training.Evaluation;

/// <summary>
/// What every threshold of a ranking would flag: the curves of ROC, precision and recall, and gain are read off it. Rows may
/// stand for several.
/// </summary>
/// <param name="Points">From flagging nothing to flagging everything; equal scores share one point.</param>
public sealed record RocCurve(IReadOnlyList<RocPoint> Points)
{
    /// <summary>Area under the ROC curve; as <see cref="RankingMetrics.RocAuc"/> where all weights are 1.</summary>
    public double Area
    {
        get
        {
            var (area, last) = (0.0, Points[0]);
            foreach (var point in Points)
            {
                area += (point.Genuine - last.Genuine) * (point.Frauds + last.Frauds) / 2;
                last = point;
            }

            return area / (last.Genuine * last.Frauds);
        }
    }

    /// <summary>As <see cref="RankingMetrics.AveragePrecision"/> where all weights are 1.</summary>
    public double AveragePrecision
    {
        get
        {
            var (sum, last) = (0.0, Points[0]);
            foreach (var point in Points.Skip(1))
            {
                sum += (point.Frauds - last.Frauds) * point.Precision;
                last = point;
            }

            return sum / last.Frauds;
        }
    }

    /// <summary>Makes it.</summary>
    /// <param name="scores">Shape (n), no NaN.</param>
    /// <param name="labels">Shape (n): whether each is fraud.</param>
    /// <param name="weights">Shape (n), at least 0; empty for 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static RocCurve Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<float> weights = default)
    {
        if (scores.Length != labels.Length || (!weights.IsEmpty && weights.Length != scores.Length))
            throw new ArgumentException($"{scores.Length} scores, {labels.Length} labels and {weights.Length} weights do not fit.", nameof(labels));
        var sorted = scores.ToArray();
        if (Array.FindIndex(sorted, float.IsNaN) is >= 0 and var nan)
            throw new ArgumentException($"The score of row {nan} is not a number.", nameof(scores));
        int[] rows = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, rows);
        var points = new List<RocPoint> { new(float.PositiveInfinity, 0, 0) };
        var (frauds, genuine) = (0.0, 0.0);
        for (var end = sorted.Length - 1; end >= 0;)
        {
            var value = sorted[end];
            for (; end >= 0 && sorted[end] == value; end--)
            {
                var weight = weights.IsEmpty ? 1.0 : weights[rows[end]];
                if (labels[rows[end]])
                    frauds += weight;
                else
                    genuine += weight;
            }

            points.Add(new RocPoint(value, frauds, genuine));
        }

        return new RocCurve(points);
    }
}
