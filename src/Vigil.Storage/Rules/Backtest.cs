namespace Vigil.Storage.Rules;

/// <summary>A backtest that was asked for, and what became of it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Request">What it runs.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Progress">Share of the work that is done, 0 to 1.</param>
/// <param name="Result">The report as JSON, once done.</param>
/// <param name="Error">Why it failed, for people.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="CreatedAt">When, microseconds since the epoch.</param>
/// <param name="StartedAt">When it began to run.</param>
/// <param name="FinishedAt">When it was done, failed or cancelled.</param>
public sealed record Backtest(
    long Id,
    BacktestRequest Request,
    BacktestState State,
    double Progress,
    string? Result,
    string? Error,
    string Actor,
    long CreatedAt,
    long? StartedAt,
    long? FinishedAt);
