using Vigil.Core.Features;
using Vigil.Core.Models;

namespace Vigil.Training.Registry;

/// <summary>A model read back whole from the registry, with the features that it is to be served.</summary>
/// <param name="Version">From 1, without gaps as long as nobody deletes folders.</param>
public sealed record RegisteredModel(int Version, Model Model, FeatureSet FeatureSet, ModelCard Card);
