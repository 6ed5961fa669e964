namespace Vigil.Detection.Backtest;

/// <summary>What a backtest needs to know of a transaction beside what rules read.</summary>
/// <param name="Time">Event time, µs.</param>
/// <param name="Units">Amount in 1/10,000 of the major unit.</param>
/// <param name="Score">The model's score; NaN for none.</param>
/// <param name="IsFraud">The label; null for none.</param>
/// <param name="Flagged">Whether it was reviewed or blocked.</param>
internal readonly record struct BacktestRow(long Time, long Units, float Score, bool? IsFraud, bool Flagged);
