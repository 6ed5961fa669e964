using System.Runtime.InteropServices;
using Vigil.Core.Expressions;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// The events of all entities of one kind that meet one filter, and the windows over them. Each window is a pair of
/// pointers into the entity's events with running values between them; a transaction moves both pointers to its own
/// event time, forwards or (for a late one) backwards, so what a window costs does not depend on how much it holds.
/// </summary>
internal sealed class EventGroup
{
    private const int SlotsPerChunk = 256;

    private readonly GroupLayout _layout;
    private readonly Func<Row, bool>? _filter;
    private readonly long _labelDelay;
    private readonly ulong _seed;
    private EventPools _pools = new();
    private readonly ulong[] _values;
    private readonly List<long[]> _numbers = [];
    private readonly List<object[]> _structures = [];
    private readonly Dictionary<int, List<PendingLabel>> _pending = [];
    private EntityHeader[] _headers = new EntityHeader[SlotsPerChunk];

    /// <param name="layout">What is kept.</param>
    /// <param name="filter">Which transactions become events; null for all.</param>
    /// <param name="labelDelay">When the label that came with a transaction counts, µs after its event time.</param>
    /// <param name="seed">Of the hashes of distinct-counted values.</param>
    public EventGroup(GroupLayout layout, Func<Row, bool>? filter, long labelDelay, ulong seed)
    {
        _layout = layout;
        _filter = filter;
        _labelDelay = labelDelay;
        _seed = seed;
        _values = new ulong[layout.DistinctFields.Count];
    }

    /// <summary>Events at least this much older than the entity's newest are forgotten, µs.</summary>
    public long Retention => _layout.Retention;

    /// <summary>Where the group's aggregates begin among those of a row.</summary>
    public int Base { get; set; }

    /// <summary>Makes room for the next entity; slots are 0, 1, 2, …</summary>
    public void AddSlot(int slot)
    {
        if (slot == _headers.Length)
            Array.Resize(ref _headers, slot * 2);
        _headers[slot] = new EntityHeader { Newest = long.MinValue / 2, LastKnown = -1, LastLegit = -1 };
        if (slot % SlotsPerChunk == 0)
        {
            _numbers.Add(new long[SlotsPerChunk * _layout.Numbers]);
            _structures.Add(new object[SlotsPerChunk * _layout.Structures.Count]);
        }

        var structures = Structures(slot);
        for (var i = 0; i < structures.Length; i++)
            structures[i] = _layout.Structures[i]();
    }

    /// <summary>Writes the aggregates of a transaction into its row, then takes the transaction in.</summary>
    /// <param name="slot">Its entity.</param>
    /// <param name="row">The transaction.</param>
    /// <param name="sequence">Its place in the order of acceptance.</param>
    /// <param name="newest">Newest event time so far of what the entity is a part of, µs; the least value where it is of its own.</param>
    public void Observe(int slot, Row row, long sequence, long newest)
    {
        ref var entity = ref _headers[slot];
        var numbers = Numbers(slot);
        var structures = Structures(slot);
        var time = row.Transaction.Time;
        newest = Math.Max(entity.Newest, newest);
        var late = time < newest;
        entity.Newest = Math.Max(newest, time);
        if (_layout.UsesLabels)
        {
            RevealAttached(ref entity, numbers);
            ApplyPending(slot, ref entity, numbers);
        }

        MoveWindows(ref entity, numbers, structures, time);
        Read(_layout.Exclusive, Base, ref entity, numbers, structures, row, late);
        var at = -1L;
        if (time > entity.Newest - Retention && (_filter is null || _filter(row)))
            at = Insert(ref entity, numbers, row.Transaction, sequence);
        if (_layout.Inclusive.Length > 0)
        {
            MoveWindows(ref entity, numbers, structures, time);
            Read(_layout.Inclusive, Base, ref entity, numbers, structures, row, late);
        }

        // Only now, so that a transaction never sees its own label.
        if (at >= 0 && at < entity.Unrevealed)
            Reveal(ref entity, numbers, at);
        Forget(ref entity);
    }

    /// <summary>Writes missing for each aggregate: the transaction does not say whose it is.</summary>
    public void Skip(Row row)
    {
        foreach (var output in _layout.Exclusive)
            row.Aggregates[Base + output.Output] = double.NaN;
        foreach (var output in _layout.Inclusive)
            row.Aggregates[Base + output.Output] = double.NaN;
    }

    /// <summary>Applies a label that came from outside, once the entity's time has reached its observation.</summary>
    public void ApplyLabel(int slot, long time, in Label label)
    {
        if (!_layout.UsesLabels)
            return;
        ref var entity = ref _headers[slot];
        if (label.ObservedAt <= entity.Newest)
            Apply(ref entity, Numbers(slot), time, label);
        else if (_pending.TryGetValue(slot, out var pending))
            pending.Add(new PendingLabel(time, label));
        else
            _pending.Add(slot, [new PendingLabel(time, label)]);
    }

    public void Clear()
    {
        _numbers.Clear();
        _structures.Clear();
        _pending.Clear();
        _headers = new EntityHeader[SlotsPerChunk];
        // The blocks of what was forgotten were not returned, and each free one would keep the large array that it is cut from.
        _pools = new EventPools();
    }

    private Span<long> Numbers(int slot) =>
        _numbers[slot / SlotsPerChunk].AsSpan(slot % SlotsPerChunk * _layout.Numbers, _layout.Numbers);

    private Span<object> Structures(int slot) =>
        _structures[slot / SlotsPerChunk].AsSpan(slot % SlotsPerChunk * _layout.Structures.Count, _layout.Structures.Count);

    private long Insert(ref EntityHeader entity, Span<long> numbers, Transaction transaction, long sequence)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            var text = transaction[_layout.DistinctFields[i]];
            _values[i] = text.IsEmpty ? 0 : Hash64.Of(text, _seed) | 1;
        }

        var label = transaction.IsFraud is { } fraud
            ? EventLabel.Attached | (fraud ? EventLabel.AttachedFraud : EventLabel.None)
            : EventLabel.None;
        var item = new Event
        {
            Time = transaction.Time,
            Sequence = sequence,
            Units = transaction.Amount.Units,
            Label = label,
        };
        var at = entity.Events.Insert(item, _values, _pools);

        // The windows stand at the event's own time, so their pointers are at or before it and need no shift. Those
        // of labels stand elsewhere: what a late event pushed up, they follow.
        if (at < entity.Unrevealed)
            entity.Unrevealed++;
        if (at <= entity.LastKnown)
            entity.LastKnown++;
        if (at <= entity.LastLegit)
            entity.LastLegit++;
        foreach (var streak in _layout.Streaks)
        {
            if (at <= numbers[streak])
                numbers[streak]++;
        }

        return at;
    }

    private void Forget(ref EntityHeader entity)
    {
        var first = entity.Events.First;
        while (first < entity.Events.End && entity.Events[first].Time <= entity.Newest - Retention)
            first++;
        if (first == entity.Events.First)
            return;
        entity.Events.DropBefore(first, _values.Length, _pools);
        entity.Unrevealed = Math.Max(entity.Unrevealed, first);
    }

    private void MoveWindows(ref EntityHeader entity, Span<long> numbers, Span<object> structures, long time)
    {
        ref var events = ref entity.Events;
        foreach (var windows in _layout.Delays)
        {
            var end = time - windows[0].Delay;
            ref var tail = ref numbers[windows[0].Tail];
            for (; tail < events.End && events[tail].Time <= end; tail++)
            {
                foreach (var window in windows)
                    Take(window, ref events, numbers, structures, tail, 1);
            }

            while (tail > events.First && events[tail - 1].Time > end)
            {
                tail--;
                foreach (var window in windows)
                {
                    if (numbers[window.Head] > tail)
                        numbers[window.Head] = tail;
                    else
                        Take(window, ref events, numbers, structures, tail, -1);
                }
            }

            foreach (var window in windows)
            {
                ref var head = ref numbers[window.Head];
                var start = Math.Max(end - window.Length, entity.Newest - window.Reach);
                for (; head < tail && events[head].Time <= start; head++)
                    Take(window, ref events, numbers, structures, head, -1);
                while (head > events.First && events[head - 1].Time > start)
                    Take(window, ref events, numbers, structures, --head, 1);
            }
        }
    }

    /// <summary>Lets an event into a window's running values (sign 1) or out of them (sign -1).</summary>
    private void Take(WindowLayout window, ref EventLog events, Span<long> numbers, Span<object> structures, long at, int sign)
    {
        ref var item = ref events[at];
        if (window.Sum >= 0)
            Wide(numbers, window.Sum) += sign * item.Units;
        if (window.Squares >= 0)
            Wide(numbers, window.Squares) += sign * Math.BigMul(item.Units, item.Units);
        if ((item.Label & EventLabel.Known) != 0)
            TakeLabel(window, item, numbers, sign);
        if (window.Ordered >= 0)
        {
            var ordered = (OrderedUnits)structures[window.Ordered];
            if (sign > 0)
                ordered.Add(item.Units);
            else
                ordered.Remove(item.Units);
        }

        if (window.Distinct.Count > 0)
            TakeValues(window, ref events, structures, at, sign);
    }

    private void TakeValues(WindowLayout window, ref EventLog events, Span<object> structures, long at, int sign)
    {
        foreach (var (structure, field) in window.Distinct)
        {
            var value = events.Value(at, field, _values.Length);
            var counts = (ValueCounts)structures[structure];
            if (value == 0)
                continue;
            if (sign > 0)
                counts.Add(value);
            else
                counts.Remove(value);
        }
    }

    private static void TakeLabel(WindowLayout window, in Event item, Span<long> numbers, int sign)
    {
        if ((item.Label & EventLabel.Fraud) != 0)
        {
            if (window.Frauds >= 0)
                numbers[window.Frauds] += sign;
            return;
        }

        if (window.Legits >= 0)
            numbers[window.Legits] += sign;
        if (window.LegitSum >= 0)
            Wide(numbers, window.LegitSum) += sign * item.Units;
        if (window.LegitSquares >= 0)
            Wide(numbers, window.LegitSquares) += sign * Math.BigMul(item.Units, item.Units);
    }

    private void RevealAttached(ref EntityHeader entity, Span<long> numbers)
    {
        for (; entity.Unrevealed < entity.Events.End; entity.Unrevealed++)
        {
            if (entity.Events[entity.Unrevealed].Time + _labelDelay > entity.Newest)
                break;
            Reveal(ref entity, numbers, entity.Unrevealed);
        }
    }

    private void ApplyPending(int slot, ref EntityHeader entity, Span<long> numbers)
    {
        if (_pending.Count == 0 || !_pending.TryGetValue(slot, out var pending))
            return;
        var waiting = 0;
        for (var i = 0; i < pending.Count; i++)
        {
            var item = pending[i];
            if (item.Label.ObservedAt > entity.Newest)
                pending[waiting++] = item;
            else
                Apply(ref entity, numbers, item.Time, item.Label);
        }

        pending.RemoveRange(waiting, pending.Count - waiting);
        if (waiting == 0)
            _pending.Remove(slot);
    }

    private void Apply(ref EntityHeader entity, Span<long> numbers, long time, in Label label)
    {
        var at = Find(in entity, time, label.Sequence);
        if (at < 0 || entity.Events[at].LabelId > label.Id)
            return;
        entity.Events[at].LabelId = label.Id;
        SetLabel(ref entity, numbers, at, label.IsFraud);
    }

    private void Reveal(ref EntityHeader entity, Span<long> numbers, long at)
    {
        var label = entity.Events[at].Label;
        if ((label & EventLabel.Attached) != 0 && entity.Events[at].LabelId == 0)
            SetLabel(ref entity, numbers, at, (label & EventLabel.AttachedFraud) != 0);
    }

    private void SetLabel(ref EntityHeader entity, Span<long> numbers, long at, bool isFraud)
    {
        var before = entity.Events[at];
        var wasKnown = (before.Label & EventLabel.Known) != 0;
        if (wasKnown && (before.Label & EventLabel.Fraud) != 0 == isFraud)
            return;
        var after = before;
        after.Label = (before.Label & ~EventLabel.Fraud) | EventLabel.Known | (isFraud ? EventLabel.Fraud : EventLabel.None);
        entity.Events[at] = after;
        foreach (var windows in _layout.Delays)
        {
            foreach (var window in windows)
            {
                if (at < numbers[window.Head] || at >= numbers[window.Tail])
                    continue;
                if (wasKnown)
                    TakeLabel(window, before, numbers, -1);
                TakeLabel(window, after, numbers, 1);
            }
        }

        Streak.Follow(ref entity, numbers, _layout.Streaks, at, isFraud);
    }

    private static long Find(in EntityHeader entity, long time, long sequence)
    {
        var (low, high) = (entity.Events.First, entity.Events.End);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            ref var item = ref entity.Events[middle];
            if (item.Time < time || (item.Time == time && item.Sequence < sequence))
                low = middle + 1;
            else
                high = middle;
        }

        return low < entity.Events.End && entity.Events[low].Sequence == sequence ? low : -1;
    }

    private static void Read(
        GroupOutput[] outputs, int start, ref EntityHeader entity, Span<long> numbers, Span<object> structures, Row row, bool late)
    {
        foreach (var output in outputs)
        {
            row.Aggregates[start + output.Output] = output.Aggregate.Kind.LooksAtLastLabels()
                ? Streak.Read(output, ref entity, numbers, row.Transaction.Time, late)
                : WindowValue.Read(output, ref entity.Events, numbers, structures, row.Transaction.Time);
        }
    }

    private static ref Int128 Wide(Span<long> numbers, int at) =>
        ref MemoryMarshal.Cast<long, Int128>(numbers.Slice(at, 2))[0];

    private readonly record struct PendingLabel(long Time, Label Label);
}
