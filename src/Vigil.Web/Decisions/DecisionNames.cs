using Vigil.Storage;

namespace Vigil.Web.Decisions;

/// <summary>What the numbers of a stored decision stand for. Answers are asked once for each version and kept.</summary>
/// <param name="Features">The feature names of a feature set, in the order of its vectors.</param>
public sealed record DecisionNames(Func<FeatureSetRecord, IReadOnlyList<string>> Features);
