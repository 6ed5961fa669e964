namespace Vigil.Detection.Backtest;

/// <summary>Matches of one day (UTC).</summary>
/// <param name="Day">The day.</param>
/// <param name="Transactions">All transactions of the day.</param>
/// <param name="Frauds">Matches labelled as fraud.</param>
/// <param name="Legitimate">Matches labelled as legitimate.</param>
/// <param name="Unlabelled">Matches without a label.</param>
public sealed record BacktestDay(DateOnly Day, long Transactions, long Frauds, long Legitimate, long Unlabelled);
