namespace Vigil.Training.Comparison;

/// <summary>What one review threshold would do; payments from the block threshold on are blocked.</summary>
/// <param name="Review">The review threshold.</param>
/// <param name="Share">Share of payments that are reviewed or blocked.</param>
/// <param name="ReviewsPerDay">Reviews a day.</param>
/// <param name="Precision">Share of frauds among the reviewed and blocked; null where there are none.</param>
/// <param name="Recall">Share of the frauds that is reviewed or blocked; null without frauds.</param>
/// <param name="CostPerDay">Of reviews, lost customers, and fraud that is not stopped.</param>
public sealed record CurvePoint(double Review, double Share, double ReviewsPerDay, double? Precision, double? Recall, double CostPerDay);
