using Vigil.Core.Models;

namespace Vigil.Training.Boosting;

/// <summary>A trained ensemble and how it came about.</summary>
/// <param name="Model">The ensemble.</param>
/// <param name="BestRounds">Trees kept of each averaged model.</param>
/// <param name="Metrics">The validation metric after each round, by averaged model; empty without validation rows.</param>
public sealed record BoostingResult(TreeEnsemble Model, IReadOnlyList<int> BestRounds, IReadOnlyList<IReadOnlyList<double>> Metrics);
