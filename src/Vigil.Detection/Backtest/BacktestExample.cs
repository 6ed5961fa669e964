namespace Vigil.Detection.Backtest;

/// <summary>A transaction that a rule matched.</summary>
/// <param name="TransactionId">Its id.</param>
/// <param name="Time">Event time, UTC.</param>
/// <param name="Amount">In major units.</param>
/// <param name="Score">The model's score at the time; null without one.</param>
/// <param name="IsFraud">Its label; null for none.</param>
/// <param name="Flagged">Whether it was reviewed or blocked at the time.</param>
public sealed record BacktestExample(
    string TransactionId, DateTime Time, decimal Amount, float? Score, bool? IsFraud, bool Flagged);
