namespace Vigil.Detection.Backtest;

/// <summary>What a rule, or several as one, matched.</summary>
/// <param name="Matched">Transactions.</param>
/// <param name="MatchedPerDay">The same per day.</param>
/// <param name="NewAlerts">Those that were not flagged at the time: what the rule adds to the queue. 0 for rules that neither review nor block.</param>
/// <param name="NewAlertsPerDay">The same per day.</param>
/// <param name="FlaggedBefore">Those that were reviewed or blocked at the time.</param>
/// <param name="NewFrauds">Known frauds among those that were not flagged at the time.</param>
/// <param name="Labels">What is known of the matches.</param>
/// <param name="Precision">
/// Share of frauds among the mature matches, in [0, 1], a match without a label counting as legitimate; null without one.
/// </param>
/// <param name="Recall">Share of the period's mature frauds that matched, in [0, 1]; null where there was none.</param>
/// <param name="RecentPrecision">Share of frauds among the recent matches that have a label already; null without one.</param>
/// <param name="Amount">Sum of the amounts matched, in major units of whatever currency each has.</param>
/// <param name="FraudAmount">Of known frauds: what would have been caught.</param>
/// <param name="LegitimateAmount">Of those that are legitimate, or mature without a label: what would have been held up.</param>
/// <param name="UnjudgedAmount">Of recent ones without a label.</param>
/// <param name="ByDay">Days (UTC) with transactions, ascending.</param>
public sealed record BacktestMatches(
    long Matched, double MatchedPerDay, long NewAlerts, double NewAlertsPerDay, long FlaggedBefore, long NewFrauds,
    BacktestLabels Labels, double? Precision, double? Recall, double? RecentPrecision, decimal Amount, decimal FraudAmount,
    decimal LegitimateAmount, decimal UnjudgedAmount, IReadOnlyList<BacktestDay> ByDay);
