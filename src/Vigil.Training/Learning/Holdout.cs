using Vigil.Core.Models;
using Vigil.Training.Calibration;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Reference;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>The newest rows, scored by a model that has not seen them: what thresholds, calibration and metrics are made of.</summary>
internal sealed class Holdout
{
    private readonly LabelledHistory _history;
    private readonly List<int> _rows;
    private readonly int[] _labelled;
    private readonly float[] _heldOut;

    /// <param name="history">The history.</param>
    /// <param name="rows">The rows, labelled or not, in their order.</param>
    /// <param name="measured">The model; it has learned from none of them.</param>
    public Holdout(LabelledHistory history, List<int> rows, Model measured)
    {
        (_history, _rows) = (history, rows);
        var raw = new float[rows.Count];
        measured.Score(history.Matrix(rows).Values, raw);
        _labelled = [.. Enumerable.Range(0, rows.Count).Where(i => history.Label(rows[i]) is not null)];
        var sample = new CalibrationSample([.. _labelled.Select(i => raw[i])], [.. _labelled.Select(i => history.Label(rows[i]) == true)]);
        Calibration = FittedCalibration.Choose(sample);
        Scores = Calibration.Map is { } map ? Array.ConvertAll(raw, map.Apply) : raw;
        _heldOut = Calibration.Map is null ? raw : CrossFitted(raw, sample);
        Labels = [.. _labelled.Select(i => (byte)(history.Label(rows[i]) == true ? 1 : 0))];
        LabelledScores = [.. _labelled.Select(i => Scores[i])];
    }

    public FittedCalibration Calibration { get; }

    /// <summary>Shape (rows), calibrated.</summary>
    public float[] Scores { get; }

    /// <summary>Of the rows whose label is known.</summary>
    public float[] LabelledScores { get; }

    /// <summary>1 for fraud; one for each of <see cref="LabelledScores"/>.</summary>
    public byte[] Labels { get; }

    public ScoreDistribution Distribution => ScoreDistribution.Of(Scores);

    /// <summary>The scores to keep, thinned by their numbers alone where they are too many.</summary>
    public HoldoutScores Keep()
    {
        var share = (double)HoldoutScores.MaxRows / Math.Max(1, _rows.Count);
        int[] kept = [.. Enumerable.Range(0, _rows.Count).Where(i => share >= 1 || new CounterRandom(0).Uniform((ulong)_history.Sequence(_rows[i])) < share)];
        return new HoldoutScores(
            [.. kept.Select(i => _history.Sequence(_rows[i]))], [.. kept.Select(i => _history.Time(_rows[i]))], [.. kept.Select(i => Scores[i])], [.. kept.Select(i => _heldOut[i])]);
    }

    /// <summary>Metrics of the calibration on rows that it was not fitted to.</summary>
    public IEnumerable<KeyValuePair<string, double>> CalibrationMetrics()
    {
        var truth = Array.ConvertAll(Labels, l => l == 1);
        float[] scores = [.. _labelled.Select(i => _heldOut[i])];
        yield return new("brier", ProbabilityMetrics.Brier(scores, truth));
        yield return new("log_loss", ProbabilityMetrics.LogLoss(scores, truth));
        yield return new("calibration_error", ProbabilityMetrics.ExpectedCalibrationError(scores, truth));
    }

    /// <summary>Each half of the frauds calibrated by the other half: no row has had a say in its own probability.</summary>
    private float[] CrossFitted(float[] raw, CalibrationSample sample)
    {
        var cut = FittedCalibration.CutByFrauds(sample);
        var later = FittedCalibration.Refit(Calibration.Method, sample.Slice(cut, sample.Count)).Map!;
        var earlier = FittedCalibration.Refit(Calibration.Method, sample.Slice(0, cut)).Map!;
        var first = cut < _labelled.Length ? _labelled[cut] : raw.Length;
        return [.. raw.Select((score, i) => (i < first ? later : earlier).Apply(score))];
    }
}
