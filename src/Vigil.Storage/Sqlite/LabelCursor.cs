namespace Vigil.Storage.Sqlite;

/// <summary>Labels and the transactions that they are about, by id. Dispose it before the writer's next use.</summary>
public readonly ref struct LabelCursor
{
    /// <summary>Moves to the next label; false after the last.</summary>
    public bool Read() => throw new NotImplementedException();

    /// <summary>Id of the label: the order in which labels were stored.</summary>
    public long Id => throw new NotImplementedException();

    public bool IsFraud => throw new NotImplementedException();

    /// <summary>When it became known, microseconds since the epoch.</summary>
    public long ObservedAt => throw new NotImplementedException();

    /// <summary>Sequence number of its transaction.</summary>
    public long Sequence => throw new NotImplementedException();

    /// <summary>The transaction's JSON; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Payload => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
