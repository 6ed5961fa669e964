namespace Vigil.Core.Features;

internal static class AggregateKinds
{
    /// <summary>Whether the aggregate follows the newest known labels instead of the pointers of a window.</summary>
    public static bool LooksAtLastLabels(this AggregateKind kind) => kind.IsAboutStreak()
        || kind is AggregateKind.LastLabel or AggregateKind.SinceLegit;

    /// <summary>Whether it needs the run of frauds at the end of the known labels.</summary>
    public static bool IsAboutStreak(this AggregateKind kind) => kind is AggregateKind.FraudStreak
        or AggregateKind.SinceFirstFraud or AggregateKind.SinceLastFraud or AggregateKind.StreakMin
        or AggregateKind.StreakMax;
}
