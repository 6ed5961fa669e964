using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Calibration;
using Vigil.Training.Reference;

namespace Vigil.Training.Registry;

/// <summary>A model read back whole from the registry, with the features that it is to be served.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Model">Over the rows of the feature set; its scores are calibrated where the directory says how.</param>
/// <param name="FeatureSet">The features.</param>
/// <param name="Card">What is known about it.</param>
public sealed record RegisteredModel(int Version, Model Model, FeatureSet FeatureSet, ModelCard Card)
{
    /// <summary>All its files, those of other parts too.</summary>
    public required ModelDirectory Directory { get; init; }

    /// <summary>
    /// SHA-256 of what scores, hexadecimal: of the model's document, and of its calibration where it has one. Decisions
    /// are stored with it.
    /// </summary>
    public required string Hash { get; init; }

    /// <summary>How its scores become probabilities; <see cref="FittedCalibration.Nothing"/> where they are taken as they are.</summary>
    public FittedCalibration Calibration { get; init; } = FittedCalibration.Nothing;

    /// <summary>What rows looked like when it was made; null for models of former versions and of other tools.</summary>
    public ModelReference? Reference { get; init; }

    /// <summary>Scores of its newest rows from before it had learned from them; null where none were kept.</summary>
    /// <exception cref="RegistryException">They are damaged.</exception>
    public HoldoutScores? ReadHoldout() =>
        Directory.Files.TryGetValue(HoldoutScores.FileName, out var file) ? HoldoutScores.Read(file) : null;
}
