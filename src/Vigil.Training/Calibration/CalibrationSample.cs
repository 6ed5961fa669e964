namespace Vigil.Training.Calibration;

/// <summary>Scores of rows that did not teach the model, in order of time, and what the rows turned out to be.</summary>
public sealed class CalibrationSample
{
    /// <param name="scores">Shape (n), in [0, 1]. No array is copied.</param>
    /// <param name="labels">Shape (n): whether the row is fraud.</param>
    /// <param name="weights">Shape (n), above 0: how many rows of the population each stands for; empty for 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is out of its range; says which row.</exception>
    public CalibrationSample(float[] scores, bool[] labels, float[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        weights ??= [];
        if (labels.Length != scores.Length || (weights.Length > 0 && weights.Length != scores.Length))
            throw new ArgumentException($"{scores.Length} scores, {labels.Length} labels and {weights.Length} weights do not fit.", nameof(labels));
        if (Array.FindIndex(scores, s => s is not (>= 0 and <= 1)) is >= 0 and var row)
            throw new ArgumentException($"The score of row {row} is {scores[row]}; it must be in [0, 1].", nameof(scores));
        if (Array.FindIndex(weights, w => !(w > 0 && float.IsFinite(w))) is >= 0 and var weightless)
            throw new ArgumentException($"The weight of row {weightless} is {weights[weightless]}; it must be above 0.", nameof(weights));
        (Scores, Labels, Weights) = (scores, labels, weights);
        Frauds = labels.Count(l => l);
    }

    public float[] Scores { get; }

    public bool[] Labels { get; }

    /// <summary>One per row, or empty for 1.</summary>
    public float[] Weights { get; }

    public int Count => Scores.Length;

    public int Frauds { get; }

    public double Weight(int row) => Weights.Length == 0 ? 1 : Weights[row];

    /// <summary>The rows from one place to another.</summary>
    public CalibrationSample Slice(int start, int end) =>
        new(Scores[start..end], Labels[start..end], Weights.Length == 0 ? Weights : Weights[start..end]);

    /// <summary>Weighted mean of the logarithmic loss of a map of the scores; see <see cref="Evaluation.ProbabilityMetrics"/>.</summary>
    public double LogLoss(Func<float, float> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var (loss, total) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            loss += Weight(i) * Evaluation.ProbabilityMetrics.RowLogLoss(map(Scores[i]), Labels[i]);
            total += Weight(i);
        }

        return loss / total;
    }
}
