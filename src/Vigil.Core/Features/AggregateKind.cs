namespace Vigil.Core.Features;

/// <summary>What is computed over the events of a window (docs/features.md#aggregates).</summary>
public enum AggregateKind
{
    Count,
    Sum,
    Mean,
    Std,
    Min,
    Max,
    Distinct,

    /// <summary>The amount of the last event.</summary>
    Last,

    /// <summary>Seconds since the last event.</summary>
    TimeSince,

    /// <summary>Seconds since the first event.</summary>
    Age,

    FraudCount,
    FraudShare,
    FraudStreak,
    SinceFirstFraud,
    SinceLastFraud,
    LastLabel,

    /// <summary>The quantile of the amounts, by linear interpolation (Hyndman and Fan 1996, type 7).</summary>
    Quantile,

    WinsorMean,
    WinsorStd,
}
