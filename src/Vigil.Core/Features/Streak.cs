using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// The run of known frauds at the end of an entity's known labels, in order of event time: how long it is and when it
/// began. A compromised card or terminal shows as one. Events without a known label neither count nor break it.
/// </summary>
internal static class Streak
{
    private const long Unknown = -1;

    /// <summary>Takes in the label of the event at an ordinal.</summary>
    public static void Follow(ref EntityHeader entity, Span<long> numbers, int[] streaks, long at, bool isFraud)
    {
        var newest = at > entity.LastKnown;
        if (newest)
            entity.LastKnown = at;
        foreach (var streak in streaks)
        {
            ref var count = ref numbers[streak + 1];
            if (!newest)
                count = Unknown;
            else if (!isFraud)
                count = 0;
            else if (count != Unknown && count++ == 0)
                numbers[streak] = at;
        }
    }

    public static double Read(GroupOutput output, ref EntityHeader entity, Span<long> numbers, long time, bool late)
    {
        ref var events = ref entity.Events;
        var start = time - output.Aggregate.Window.Length;
        var last = entity.LastKnown;

        // Late: known labels of events that are younger than this one do not count, those in its own window do.
        while (late && last >= events.First && (events[last].Time > time || (events[last].Label & EventLabel.Known) == 0))
            last--;
        if (last < events.First || events[last].Time <= start)
            return output.Aggregate.Kind == AggregateKind.FraudStreak ? 0 : double.NaN;
        if (output.Aggregate.Kind == AggregateKind.LastLabel)
            return (events[last].Label & EventLabel.Fraud) != 0 ? 1 : 0;
        ref var first = ref numbers[output.Streak];
        ref var count = ref numbers[output.Streak + 1];
        if (late)
        {
            long firstThen = 0, countThen = 0;
            Walk(ref events, last, start, ref firstThen, ref countThen);
            return Value(output, ref events, time, firstThen, last, countThen);
        }

        if (count == Unknown)
            Walk(ref events, last, start, ref first, ref count);
        while (count > 0 && events[first].Time <= start)
        {
            count--;
            do
                first++;
            while (count > 0 && (events[first].Label & EventLabel.Fraud) == 0);
        }

        return Value(output, ref events, time, first, last, count);
    }

    private static double Value(GroupOutput output, ref EventLog events, long time, long first, long last, long count) =>
        output.Aggregate.Kind switch
        {
            AggregateKind.FraudStreak => count,
            _ when count == 0 => double.NaN,
            AggregateKind.SinceFirstFraud => (time - events[first].Time) / (double)Timestamp.Second,
            _ => (time - events[last].Time) / (double)Timestamp.Second,
        };

    private static void Walk(ref EventLog events, long last, long start, ref long first, ref long count)
    {
        count = 0;
        for (var i = last; i >= events.First && events[i].Time > start; i--)
        {
            var label = events[i].Label;
            if ((label & EventLabel.Known) == 0)
                continue;
            if ((label & EventLabel.Fraud) == 0)
                break;
            count++;
            first = i;
        }
    }
}
