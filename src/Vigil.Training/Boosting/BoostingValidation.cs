using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>Rows that are not learned from; the metric on them decides when to stop.</summary>
/// <param name="Features">Same columns as the training rows.</param>
/// <param name="Labels">0 or 1, one per row.</param>
/// <param name="Weights">0 or more, one per row; null for 1.</param>
public sealed record BoostingValidation(FeatureMatrix Features, byte[] Labels, float[]? Weights = null);
