namespace Vigil.Storage.Rules;

/// <summary>How far a backtest has come. Stored as text: never rename.</summary>
public enum BacktestState
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}
