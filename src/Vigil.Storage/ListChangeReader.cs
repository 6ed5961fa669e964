using Vigil.Core.Rules.Lists;
using Vigil.Storage.Data;

namespace Vigil.Storage;

/// <summary>Changes of all lists by id, for a reader beside the writer.</summary>
public sealed class ListChangeReader : IDisposable
{
    private readonly ConnectionPool.Lease _lease;
    private readonly ConnectionPool.Lease? _beside;
    private readonly Statement _select;
    private readonly ListNames _names;
    private bool _disposed;

    internal ListChangeReader(ConnectionPool pool, long afterId, long upToId)
    {
        _lease = pool.Rent();
        _beside = _lease.Database.OneAtATime ? pool.Rent() : null;
        _names = new ListNames((_beside ?? _lease).Database);
        _select = _lease.Database.Prepare(ListChangeCursor.Sql, isLong: true);
        _select.Bind(1, afterId);
        _select.Bind(2, upToId);
        _select.Bind(3, long.MaxValue);
    }

    /// <inheritdoc cref="ListChangeCursor.Id"/>
    public long Id => _select.Long(0);

    /// <inheritdoc cref="ListChangeCursor.ListId"/>
    public long ListId => _select.Long(1);

    /// <inheritdoc cref="ListChangeCursor.List"/>
    public string List => _names[ListId].Name;

    public ListType Type => _names[ListId].Type;

    /// <inheritdoc cref="ListChangeCursor.Value"/>
    public ReadOnlySpan<byte> Value => _select.Bytes(2);

    /// <inheritdoc cref="ListChangeCursor.Added"/>
    public bool Added => _select.Long(3) != 0;

    /// <inheritdoc cref="ListChangeCursor.ExpiresAt"/>
    public long? ExpiresAt => _select.LongOrNull(4);

    /// <inheritdoc cref="ListChangeCursor.At"/>
    public long At => _select.Long(5);

    /// <summary>Moves to the next change; false after the last.</summary>
    public bool Read() => _select.Step();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _select.Dispose();
        _lease.Dispose();
        _beside?.Dispose();
    }
}
