namespace Vigil.Training.Boosting;

/// <summary>Reported after each tree.</summary>
/// <param name="Model">Which of the averaged models, from 0.</param>
/// <param name="Round">Which of its trees, from 1.</param>
/// <param name="Rounds">How many it will have at most.</param>
/// <param name="Metric">On the validation rows, if there are any.</param>
public readonly record struct BoostingProgress(int Model, int Round, int Rounds, double? Metric);
