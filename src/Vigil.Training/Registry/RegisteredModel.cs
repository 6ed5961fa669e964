using Vigil.Core.Features;
using Vigil.Core.Models;

namespace Vigil.Training.Registry;

/// <summary>A model read back whole from the registry, with the features that it is to be served.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Model">Over the rows of the feature set.</param>
/// <param name="FeatureSet">The features.</param>
/// <param name="Card">What is known about it.</param>
public sealed record RegisteredModel(int Version, Model Model, FeatureSet FeatureSet, ModelCard Card)
{
    /// <summary>All its files, those of other parts too.</summary>
    public required ModelDirectory Directory { get; init; }
}
