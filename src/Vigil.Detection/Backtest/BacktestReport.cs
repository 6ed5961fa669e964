namespace Vigil.Detection.Backtest;

/// <summary>What rules would have done in a past period, had they been there.</summary>
/// <param name="Name">Name of the rule set.</param>
/// <param name="From">First event time of the period, UTC.</param>
/// <param name="To">First event time after it.</param>
/// <param name="MatureTo">Before this event time, labels are as good as complete; later transactions may still get one.</param>
/// <param name="Transactions">Transactions of the period.</param>
/// <param name="Days">Days from the first of them to the last, at least a part of one; what is per day is divided by it.</param>
/// <param name="Flagged">Transactions that were reviewed or blocked at the time.</param>
/// <param name="FeatureSet">Name of the feature set that the rules were compiled for.</param>
/// <param name="StoredVectors">Transactions whose vector was stored; those of the others were computed anew.</param>
/// <param name="Labels">What is known of all transactions of the period.</param>
/// <param name="Rules">By rule, in the order of the set.</param>
/// <param name="Together">The rules that review or block as one; null where there is none.</param>
/// <param name="Overlap">Which rules match the same transactions.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record BacktestReport(
    string Name, DateTime From, DateTime To, DateTime MatureTo, long Transactions, double Days, long Flagged, string FeatureSet,
    long StoredVectors, BacktestLabels Labels, IReadOnlyList<BacktestRule> Rules, BacktestMatches? Together,
    BacktestOverlap Overlap, double Seconds);
