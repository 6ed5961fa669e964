using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// The newest known labels of an entity, in order of event time, and the run of frauds at their end: how long it is,
/// when it began, how large its amounts are. A compromised card or terminal shows as one. Events without a known label
/// neither count nor break it.
/// </summary>
internal static class Streak
{
    /// <summary>Numbers that a streak takes: ordinal of the first fraud, count of frauds, smallest and largest amount.</summary>
    public const int Numbers = 4;

    private const int First = 0;
    private const int Count = 1;
    private const int Smallest = 2;
    private const int Largest = 3;

    /// <summary>Instead of the count: a label came out of order, and the streak is to be read off the events again.</summary>
    private const long Unknown = -1;

    /// <summary>Takes in the label of the event at an ordinal.</summary>
    public static void Follow(ref EntityHeader entity, Span<long> numbers, int[] streaks, long at, bool isFraud)
    {
        var newest = at > entity.LastKnown;
        if (newest)
            entity.LastKnown = at;
        if (!isFraud)
            entity.LastLegit = Math.Max(entity.LastLegit, at);
        else if (at == entity.LastLegit)
            entity.LastLegit = LegitBefore(ref entity.Events, at);
        foreach (var offset in streaks)
        {
            var streak = numbers.Slice(offset, Numbers);
            if (!newest)
                streak[Count] = Unknown;
            else if (!isFraud)
                streak[Count] = 0;
            else if (streak[Count] != Unknown)
                Extend(streak, at, entity.Events[at].Units);
        }
    }

    public static double Read(GroupOutput output, ref EntityHeader entity, Span<long> numbers, long time, bool late)
    {
        ref var events = ref entity.Events;
        var start = Math.Max(time - output.Aggregate.Window.Length, entity.Newest - output.Window.Reach);
        var kind = output.Aggregate.Kind;
        if (kind == AggregateKind.SinceLegit)
            return SinceLegit(ref entity, time, start, late);
        var last = entity.LastKnown;

        // Late: known labels of events that are younger than this one do not count, those in its own window do.
        while (late && last >= events.First && (events[last].Time > time || (events[last].Label & EventLabel.Known) == 0))
            last--;
        if (last < events.First || events[last].Time <= start)
        {
            // Its events are about to be forgotten: what comes next must not be added to them.
            if (!late && output.Streak >= 0)
                numbers[output.Streak + Count] = 0;
            return kind == AggregateKind.FraudStreak ? 0 : double.NaN;
        }

        if (kind == AggregateKind.LastLabel)
            return (events[last].Label & EventLabel.Fraud) != 0 ? 1 : 0;
        if (late)
        {
            Span<long> then = stackalloc long[Numbers];
            Walk(ref events, last, start, then);
            return Value(kind, ref events, time, last, then);
        }

        var streak = numbers.Slice(output.Streak, Numbers);
        if (streak[Count] == Unknown || (streak[Count] > 0 && events[streak[First]].Time <= start && !Clip(ref events, start, streak)))
            Walk(ref events, last, start, streak);
        return Value(kind, ref events, time, last, streak);
    }

    private static double SinceLegit(ref EntityHeader entity, long time, long start, bool late)
    {
        ref var events = ref entity.Events;
        var last = entity.LastLegit;
        while (late && last >= events.First && events[last].Time > time)
            last = LegitBefore(ref events, last);
        return last < events.First || events[last].Time <= start
            ? double.NaN
            : (time - events[last].Time) / (double)Timestamp.Second;
    }

    private static double Value(AggregateKind kind, ref EventLog events, long time, long last, ReadOnlySpan<long> streak) =>
        kind switch
        {
            AggregateKind.FraudStreak => streak[Count],
            _ when streak[Count] == 0 => double.NaN,
            AggregateKind.SinceFirstFraud => (time - events[streak[First]].Time) / (double)Timestamp.Second,
            AggregateKind.StreakMin => streak[Smallest] / (double)Money.UnitsPerMajor,
            AggregateKind.StreakMax => streak[Largest] / (double)Money.UnitsPerMajor,
            _ => (time - events[last].Time) / (double)Timestamp.Second,
        };

    private static void Extend(Span<long> streak, long at, long units)
    {
        if (streak[Count]++ == 0)
            (streak[First], streak[Smallest], streak[Largest]) = (at, units, units);
        streak[Smallest] = Math.Min(streak[Smallest], units);
        streak[Largest] = Math.Max(streak[Largest], units);
    }

    /// <summary>Drops the frauds that left the window.</summary>
    /// <returns>False where one of them was the smallest or largest, so that the rest must be looked at again.</returns>
    private static bool Clip(ref EventLog events, long start, Span<long> streak)
    {
        while (streak[Count] > 0 && events[streak[First]].Time <= start)
        {
            var units = events[streak[First]].Units;
            if (units == streak[Smallest] || units == streak[Largest])
                return false;
            streak[Count]--;
            do
                streak[First]++;
            while ((events[streak[First]].Label & EventLabel.Fraud) == 0);
        }

        return true;
    }

    private static void Walk(ref EventLog events, long last, long start, Span<long> streak)
    {
        streak[Count] = 0;
        for (var i = last; i >= events.First && events[i].Time > start; i--)
        {
            var label = events[i].Label;
            if ((label & EventLabel.Known) == 0)
                continue;
            if ((label & EventLabel.Fraud) == 0)
                break;
            Extend(streak, i, events[i].Units);
            streak[First] = i;
        }
    }

    private static long LegitBefore(ref EventLog events, long at)
    {
        do
            at--;
        while (at >= events.First && (events[at].Label & (EventLabel.Known | EventLabel.Fraud)) != EventLabel.Known);
        return at;
    }
}
