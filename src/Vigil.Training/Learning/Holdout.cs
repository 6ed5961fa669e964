using Vigil.Training.Calibration;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Plots;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>
/// Rows scored by models that have not seen them: what calibration and reference are made of. The newest of them, scored by
/// a model that has seen nothing later either, are what the model is measured by.
/// </summary>
internal sealed class Holdout
{
    private readonly LabelledHistory _history;
    private readonly List<int> _rows;
    private readonly int _newest;
    private readonly int[] _labelled;
    private readonly float[] _heldOut;

    /// <param name="history">The history.</param>
    /// <param name="rows">The rows, labelled or not, in their order.</param>
    /// <param name="raw">Their scores.</param>
    /// <param name="newest">Place of the first of the newest rows.</param>
    public Holdout(LabelledHistory history, List<int> rows, float[] raw, int newest)
    {
        (_history, _rows, _newest) = (history, rows, newest);
        int[] labelled = [.. Enumerable.Range(0, rows.Count).Where(i => history.Label(rows[i]) is not null)];
        var sample = new CalibrationSample(
            [.. labelled.Select(i => raw[i])], [.. labelled.Select(i => history.Label(rows[i]) == true)], Weights(labelled));
        Calibration = FittedCalibration.Choose(sample);
        Scores = Calibration.Map is { } map ? Array.ConvertAll(raw, map.Apply) : raw;
        _heldOut = Calibration.Map is null ? raw : CrossFitted(raw, labelled, sample);
        _labelled = [.. labelled.Where(i => i >= newest)];
        Labels = [.. _labelled.Select(i => (byte)(history.Label(rows[i]) == true ? 1 : 0))];
        LabelledScores = [.. _labelled.Select(i => Scores[i])];
        LabelledWeights = Weights(_labelled);
    }

    public FittedCalibration Calibration { get; }

    /// <summary>Shape (rows), calibrated.</summary>
    public float[] Scores { get; }

    /// <summary>Scores of the newest rows.</summary>
    public ReadOnlySpan<float> NewestScores => Scores.AsSpan(_newest);

    /// <summary>Of the newest rows whose label is known.</summary>
    public float[] LabelledScores { get; }

    /// <summary>1 for fraud; one for each of <see cref="LabelledScores"/>.</summary>
    public byte[] Labels { get; }

    /// <summary>How many payments each of <see cref="LabelledScores"/> stands for; empty where each stands for itself.</summary>
    public float[] LabelledWeights { get; }

    /// <summary>Scores of the same rows, calibrated by others.</summary>
    public float[] LabelledHeldOut => [.. _labelled.Select(i => _heldOut[i])];

    /// <summary>The newest rows' scores to keep, thinned by their numbers alone where they are too many.</summary>
    public HoldoutScores Keep()
    {
        var share = (double)HoldoutScores.MaxRows / Math.Max(1, _rows.Count - _newest);
        int[] kept = [.. Enumerable.Range(_newest, _rows.Count - _newest).Where(i => share >= 1 || new CounterRandom(0).Uniform((ulong)_history.Sequence(_rows[i])) < share)];
        return new HoldoutScores(
            [.. kept.Select(i => _history.Sequence(_rows[i]))], [.. kept.Select(i => _history.Time(_rows[i]))], [.. kept.Select(i => Scores[i])], [.. kept.Select(i => _heldOut[i])]);
    }

    /// <summary>Draws what the metrics say; nothing without both frauds and others.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Draw() => Labels.Distinct().Count() < 2 ? new Dictionary<string, ReadOnlyMemory<byte>>()
        : TrainingPlots.Of(LabelledScores, LabelledHeldOut, Array.ConvertAll(Labels, l => l == 1), LabelledWeights);

    /// <summary>Metrics of the calibration on rows that it was not fitted to.</summary>
    public IEnumerable<KeyValuePair<string, double>> CalibrationMetrics()
    {
        var truth = Array.ConvertAll(Labels, l => l == 1);
        var scores = LabelledHeldOut;
        yield return new("brier", ProbabilityMetrics.Brier(scores, truth, LabelledWeights));
        yield return new("log_loss", ProbabilityMetrics.LogLoss(scores, truth, LabelledWeights));
        yield return new("calibration_error", ProbabilityMetrics.ExpectedCalibrationError(scores, truth, weights: LabelledWeights));
    }

    private float[] Weights(int[] places)
    {
        float[] weights = [.. places.Select(i => _history.Weight(_rows[i]))];
        return Array.TrueForAll(weights, w => w == 1) ? [] : weights;
    }

    /// <summary>Each half of the frauds calibrated by the other half: no row has had a say in its own probability.</summary>
    private float[] CrossFitted(float[] raw, int[] labelled, CalibrationSample sample)
    {
        var cut = FittedCalibration.CutByFrauds(sample);
        var later = FittedCalibration.Refit(Calibration.Method, sample.Slice(cut, sample.Count)).Map!;
        var earlier = FittedCalibration.Refit(Calibration.Method, sample.Slice(0, cut)).Map!;
        var first = cut < labelled.Length ? labelled[cut] : raw.Length;
        return [.. raw.Select((score, i) => (i < first ? later : earlier).Apply(score))];
    }
}
