using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>
/// Transactions without their decisions, in the order of acceptance: for those who fill windows. Spans are valid until
/// the next <see cref="Read"/>.
/// </summary>
public sealed class TransactionCursor : IDisposable
{
    private readonly ConnectionPool.Lease _lease;
    private readonly Statement _select;
    private bool _disposed;

    internal TransactionCursor(ConnectionPool.Lease lease, RowRange range)
    {
        _lease = lease;
        _select = range.Select(lease.Database, "seq, time, payload");
    }

    public long Sequence => _select.Long(0);

    /// <summary>Event time, microseconds since the epoch.</summary>
    public long Time => _select.Long(1);

    /// <summary>The JSON as received.</summary>
    public ReadOnlySpan<byte> Payload => _select.Bytes(2);

    /// <summary>Moves to the next transaction; false after the last.</summary>
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
