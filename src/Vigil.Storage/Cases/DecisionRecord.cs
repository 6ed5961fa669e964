using Vigil.Core.Decisions;

namespace Vigil.Storage.Cases;

/// <summary>All that is stored about one decision.</summary>
/// <param name="Summary">What the list shows of it, also where it was allowed.</param>
/// <param name="Payload">The transaction's JSON as it was received.</param>
/// <param name="Features">The vector that was scored, in the order of <paramref name="FeatureSet"/>; NaN is missing.</param>
/// <param name="FeatureSet">Names the features.</param>
/// <param name="Degraded">See <see cref="Decision.Degraded"/>.</param>
/// <param name="Engine">The versions in force.</param>
/// <param name="Provenance">When, how fast, and with which labels.</param>
public sealed record DecisionRecord(
    AnomalyRow Summary,
    byte[] Payload,
    float[] Features,
    FeatureSetRecord FeatureSet,
    bool Degraded,
    EngineVersions Engine,
    Provenance Provenance)
{
    /// <summary>See <see cref="Decision.Propensity"/>; null where no control group had a say.</summary>
    public float? Propensity { get; init; }
}
