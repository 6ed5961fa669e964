namespace Vigil.Core.Features;

/// <summary>
/// The retained events of one entity, ordered by time and, within one instant, by acceptance. Positions are ordinals
/// that only grow, so that the pointers of windows stay valid while old events are dropped. A ring in a pooled block.
/// </summary>
internal struct EventLog
{
    private const int MinCapacity = 4;

    private Block<Event> _events;
    private Block<ulong> _values;

    /// <summary>Ordinal of the oldest event that is kept.</summary>
    public long First { get; private set; }

    /// <summary>One past the ordinal of the newest event.</summary>
    public long End { get; private set; }

    /// <summary>The event of an ordinal in [<see cref="First"/>, <see cref="End"/>).</summary>
    public readonly ref Event this[long ordinal] =>
        ref _events.Slab[_events.Offset + (int)(ordinal & (_events.Length - 1))];

    /// <summary>The hash of the event's value of a distinct-counted field.</summary>
    public readonly ulong Value(long ordinal, int field, int fields) =>
        _values.Slab[_values.Offset + (int)(ordinal & (_events.Length - 1)) * fields + field];

    /// <summary>Puts an event in its place in time, behind those of the same instant.</summary>
    /// <param name="item">The event.</param>
    /// <param name="values">Hashes of the distinct-counted fields.</param>
    /// <param name="pools">Where blocks come from.</param>
    /// <returns>Its ordinal; the events from there on have moved up by one.</returns>
    public long Insert(in Event item, ReadOnlySpan<ulong> values, EventPools pools)
    {
        if (End - First == _events.Length)
            Resize(Math.Max(MinCapacity, _events.Length * 2), values.Length, pools);
        var at = End++;
        for (; at > First && this[at - 1].Time > item.Time; at--)
        {
            this[at] = this[at - 1];
            Values(at - 1, values.Length).CopyTo(Values(at, values.Length));
        }

        this[at] = item;
        values.CopyTo(Values(at, values.Length));
        return at;
    }

    /// <summary>Drops the events before an ordinal and gives room back when little of it is used.</summary>
    public void DropBefore(long ordinal, int fields, EventPools pools)
    {
        First = ordinal;
        if (_events.Length > MinCapacity && (End - First) * 4 <= _events.Length)
            Resize(_events.Length / 2, fields, pools);
    }

    private void Resize(int capacity, int fields, EventPools pools)
    {
        var old = this;
        _events = pools.Events.Rent(capacity);
        _values = fields == 0 ? default : pools.Values.Rent((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(capacity * fields)));
        for (var i = First; i < End; i++)
        {
            this[i] = old[i];
            old.Values(i, fields).CopyTo(Values(i, fields));
        }

        pools.Events.Return(old._events);
        pools.Values.Return(old._values);
    }

    private readonly Span<ulong> Values(long ordinal, int fields) =>
        fields == 0 ? default : _values.Slab.AsSpan(_values.Offset + (int)(ordinal & (_events.Length - 1)) * fields, fields);
}
