namespace Vigil.Training.Comparison;

/// <summary>
/// Labelled rows in the order of a model's scores, measured with a weight on each row: so that a resample costs one pass
/// and no sort.
/// </summary>
internal sealed class WeightedRanking
{
    private readonly int[] _order;
    private readonly float[] _scores;
    private readonly bool[] _labels;
    private readonly int[] _days;
    private readonly float[] _weights;
    private readonly int _dayCount;

    /// <param name="scores">Shape (n).</param>
    /// <param name="labels">Shape (n): whether it is fraud.</param>
    /// <param name="days">Shape (n): from 0.</param>
    /// <param name="weights">Shape (n): how many payments each row stands for, whatever is resampled; null for 1.</param>
    public WeightedRanking(float[] scores, bool[] labels, int[] days, float[]? weights = null)
    {
        (_scores, _labels, _days, _weights) = (scores, labels, days, weights ?? [.. Enumerable.Repeat(1f, scores.Length)]);
        _dayCount = days.Length == 0 ? 0 : days.Max() + 1;
        _order = [.. Enumerable.Range(0, scores.Length)];
        // Of equal scores the earlier row comes first, whatever the platform's sort does.
        Array.Sort(_order, (a, b) => scores[b].CompareTo(scores[a]) is not 0 and var by ? by : a.CompareTo(b));
    }

    /// <summary>As <see cref="Evaluation.RankingMetrics.AveragePrecision"/>; NaN without frauds.</summary>
    /// <param name="weights">Shape (n): how often each row counts.</param>
    public double AveragePrecision(ReadOnlySpan<byte> weights)
    {
        var (rows, frauds, sum) = (0.0, 0.0, 0.0);
        for (var i = 0; i < _order.Length;)
        {
            var tied = 0.0;
            for (var score = _scores[_order[i]]; i < _order.Length && _scores[_order[i]] == score; i++)
            {
                var row = _order[i];
                var weight = weights[row] * (double)_weights[row];
                rows += weight;
                tied += _labels[row] ? weight : 0;
            }

            frauds += tied;
            if (tied > 0)
                sum += tied * (frauds / rows);
        }

        return frauds == 0 ? double.NaN : sum / frauds;
    }

    /// <summary>What is found by reviewing the highest scores of each day.</summary>
    /// <param name="weights">Shape (n): how often each row counts.</param>
    /// <param name="perDay">Reviews per day.</param>
    public (double Precision, double Recall) AtBudget(ReadOnlySpan<byte> weights, int perDay)
    {
        Span<double> left = new double[_dayCount];
        left.Fill(perDay);
        var (reviewed, caught, frauds) = (0.0, 0.0, 0.0);
        foreach (var row in _order)
        {
            var weight = weights[row] * (double)_weights[row];
            var taken = Math.Min(weight, left[_days[row]]);
            left[_days[row]] -= taken;
            reviewed += taken;
            frauds += _labels[row] ? weight : 0;
            caught += _labels[row] ? taken : 0;
        }

        return (reviewed == 0 ? double.NaN : caught / reviewed, frauds == 0 ? double.NaN : caught / frauds);
    }
}
