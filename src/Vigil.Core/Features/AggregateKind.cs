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

    /// <summary>The smallest amount of the streak's frauds.</summary>
    StreakMin,

    /// <summary>The largest amount of the streak's frauds.</summary>
    StreakMax,

    /// <summary>Events known to be legitimate.</summary>
    LegitCount,

    /// <summary>Mean amount of the events known to be legitimate.</summary>
    LegitMean,

    /// <summary>Sample standard deviation of the amounts of the events known to be legitimate.</summary>
    LegitStd,

    /// <summary>Seconds since the last event known to be legitimate.</summary>
    SinceLegit,

    /// <summary>The quantile of the amounts, by linear interpolation (Hyndman and Fan 1996, type 7).</summary>
    Quantile,

    WinsorMean,
    WinsorStd,
}
