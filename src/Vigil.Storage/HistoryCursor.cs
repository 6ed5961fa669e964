using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Transactions of one entity, in the order of acceptance. Dispose it before the next history is read.</summary>
public readonly ref struct HistoryCursor
{
    private readonly HistorySource _history;

    internal HistoryCursor(HistorySource history) => _history = history;

    public long Sequence => _history.Sequence;

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => _history.Time;

    /// <summary>The JSON as received; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Payload => _history.Payload;

    /// <summary>Moves to the next transaction; false after the last.</summary>
    public bool Read() => _history.MoveNext();

    public void Dispose() => _history.Close();
}
