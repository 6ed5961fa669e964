using System.Reflection;
using Vigil.Core.Features;

namespace Vigil.Core.Expressions.Checking;

/// <summary>The functions that Vigil adds to CEL (docs/features.md#expressions).</summary>
internal static class VigilFunctions
{
    /// <summary>Aggregates over the past of an entity.</summary>
    public static IReadOnlyDictionary<string, AggregateKind> Aggregates { get; } = new Dictionary<string, AggregateKind>(StringComparer.Ordinal)
    {
        ["count"] = AggregateKind.Count,
        ["sum"] = AggregateKind.Sum,
        ["mean"] = AggregateKind.Mean,
        ["std"] = AggregateKind.Std,
        ["min"] = AggregateKind.Min,
        ["max"] = AggregateKind.Max,
        ["distinct"] = AggregateKind.Distinct,
        ["last"] = AggregateKind.Last,
        ["time_since"] = AggregateKind.TimeSince,
        ["age"] = AggregateKind.Age,
        ["fraud_count"] = AggregateKind.FraudCount,
        ["fraud_share"] = AggregateKind.FraudShare,
        ["fraud_streak"] = AggregateKind.FraudStreak,
        ["since_first_fraud"] = AggregateKind.SinceFirstFraud,
        ["since_last_fraud"] = AggregateKind.SinceLastFraud,
        ["last_label"] = AggregateKind.LastLabel,
        ["streak_min"] = AggregateKind.StreakMin,
        ["streak_max"] = AggregateKind.StreakMax,
        ["legit_count"] = AggregateKind.LegitCount,
        ["legit_mean"] = AggregateKind.LegitMean,
        ["legit_std"] = AggregateKind.LegitStd,
        ["since_legit"] = AggregateKind.SinceLegit,
        ["quantile"] = AggregateKind.Quantile,
        ["winsor_mean"] = AggregateKind.WinsorMean,
        ["winsor_std"] = AggregateKind.WinsorStd,
    };

    /// <summary>Functions of doubles; NaN is missing.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Numbers { get; } = new Dictionary<string, MethodInfo>(StringComparer.Ordinal)
    {
        ["log"] = ((Func<double, double>)Math.Log).Method,
        ["sqrt"] = ((Func<double, double>)Math.Sqrt).Method,
        ["abs"] = ((Func<double, double>)Math.Abs).Method,
        ["least"] = ((Func<double, double, double>)Math.Min).Method,
        ["greatest"] = ((Func<double, double, double>)Math.Max).Method,
    };

    /// <summary>All names, for suggestions.</summary>
    public static IEnumerable<string> Names => Aggregates.Keys.Concat(Numbers.Keys).Concat(["coalesce", "is_missing", "number", "has", "list"]);
}
