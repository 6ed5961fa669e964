namespace Vigil.Detection.Backtest;

/// <summary>Labels of transactions, those that are complete apart from those that may still come.</summary>
/// <param name="Mature">Older than the time within which frauds are reported.</param>
/// <param name="Recent">Younger.</param>
public sealed record BacktestLabels(LabelCounts Mature, LabelCounts Recent);
