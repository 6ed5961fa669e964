using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>All labels by id, for a reader beside the writer. Spans are valid until the next <see cref="Read"/>.</summary>
public sealed class LabelReader : IDisposable
{
    internal const string Sql =
        """
        SELECT l.id, l.is_fraud, l.observed_at, l.seq, t.payload
        FROM labels l JOIN transactions t ON t.seq = l.seq
        WHERE l.id > ?1 AND l.id <= ?2 ORDER BY l.id
        """;

    private readonly ConnectionPool.Lease _lease;
    private readonly Statement _select;
    private bool _disposed;

    internal LabelReader(ConnectionPool.Lease lease, long afterId, long upToId)
    {
        _lease = lease;
        _select = lease.Database.Prepare(Sql, isLong: true);
        _select.Bind(1, afterId);
        _select.Bind(2, upToId);
    }

    /// <summary>Id of the label: the order in which labels were stored.</summary>
    public long Id => _select.Long(0);

    public bool IsFraud => _select.Long(1) != 0;

    /// <summary>When it became known, microseconds since the epoch.</summary>
    public long ObservedAt => _select.Long(2);

    /// <summary>Sequence number of its transaction.</summary>
    public long Sequence => _select.Long(3);

    /// <summary>The transaction's JSON.</summary>
    public ReadOnlySpan<byte> Payload => _select.Bytes(4);

    /// <summary>Moves to the next label; false after the last.</summary>
    public bool Read() => _select.Step();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _select.Dispose();
        _lease.Dispose();
    }
}
