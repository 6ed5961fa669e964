using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Calibration;
using Vigil.Training.Reference;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>A model and what is known about it; the card's hashes are set when it is saved.</summary>
/// <param name="Model">As it was fitted; <see cref="Served"/> is what is served.</param>
/// <param name="Card">Its card.</param>
public sealed record TrainedModel(Model Model, ModelCard Card)
{
    private const int MostExamples = 32;

    /// <summary>How its scores become probabilities.</summary>
    public FittedCalibration Calibration { get; init; } = FittedCalibration.Nothing;

    /// <summary>What rows looked like; null where too few rows were left to say.</summary>
    public ModelReference? Reference { get; init; }

    /// <summary>Honest scores of the newest rows; null where nothing was measured.</summary>
    public HoldoutScores? Holdout { get; init; }

    /// <summary>What it was measured by, drawn: files to keep with the run, by path; none where nothing was measured.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Plots { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Why the card's thresholds are what they are.</summary>
    public string ThresholdsOrigin { get; init; } = "";

    /// <summary>The model with its calibration.</summary>
    public Model Served => Calibration.Of(Model);

    /// <summary>Puts all files together.</summary>
    /// <param name="features">The features that it was trained on.</param>
    /// <param name="history">What it was trained on: some rows are kept as examples, which it must score alike wherever it is served.</param>
    public ModelDirectory ToDirectory(FeatureSet features, LabelledHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            [ThresholdsFile.FileName] = ThresholdsFile.Of(Card.Thresholds, Reference?.Scores, ThresholdsOrigin).ToJson(),
        };
        if (Calibration.Map is not null)
            files[CalibrationFile.FileName] = CalibrationFile.Write(Calibration);
        if (Reference is not null)
            files[ModelDirectory.ReferenceFile] = Reference.ToJson();
        if (Holdout is not null)
            files[HoldoutScores.FileName] = Holdout.ToBytes();
        return ModelDirectory.Of(Model, features, Card, Examples(history), files);
    }

    private ModelExamples Examples(LabelledHistory history)
    {
        var rows = Enumerable.Range(0, MostExamples).Select(i => (int)((long)i * history.Count / MostExamples)).Distinct();
        return ModelExamples.Of(Served, [.. rows.Select(row => history.Row(row).ToArray()).Where(row => !row.Any(float.IsInfinity))]);
    }
}
