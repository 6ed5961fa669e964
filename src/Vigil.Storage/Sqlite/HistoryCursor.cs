namespace Vigil.Storage.Sqlite;

/// <summary>Transactions of one entity, in the order of acceptance. Dispose it before the writer's next use.</summary>
public readonly ref struct HistoryCursor
{
    /// <summary>Moves to the next transaction; false after the last.</summary>
    public bool Read() => throw new NotImplementedException();

    public long Sequence => throw new NotImplementedException();

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => throw new NotImplementedException();

    /// <summary>The JSON as received; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Payload => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
