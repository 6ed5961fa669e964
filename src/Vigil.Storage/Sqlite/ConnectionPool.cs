using System.Collections.Concurrent;

namespace Vigil.Storage.Sqlite;

/// <summary>Connections for callers on any thread, and the turn to write among the threads of this process.</summary>
internal sealed class ConnectionPool(string path) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _disposed;

    public string Path { get; } = path;

    public WriteGate Gate { get; } = new();

    public Lease Rent() => new(this, _idle.TryTake(out var database) ? database : Database.Open(Path));

    /// <summary>Runs one database transaction that writes: all of it happens, or nothing where it throws.</summary>
    public T Write<T>(Func<Database, T> change)
    {
        using var lease = Rent();
        return Write(lease.Database, change);
    }

    /// <summary>The same on a connection that the caller has rented.</summary>
    public T Write<T>(Database database, Func<Database, T> change)
    {
        Gate.Enter();
        try
        {
            database.Execute("BEGIN IMMEDIATE");
            var result = change(database);
            database.Execute("COMMIT");
            return result;
        }
        finally
        {
            database.Rollback();
            Gate.Exit();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Close();
    }

    private void Return(Database database)
    {
        _idle.Add(database);
        // Looked at after the add, so that none is left behind by a Dispose in between.
        if (_disposed)
            Close();
    }

    private void Close()
    {
        while (_idle.TryTake(out var database))
            database.Dispose();
    }

    /// <summary>A connection that goes back when disposed.</summary>
    internal readonly struct Lease(ConnectionPool pool, Database database) : IDisposable
    {
        public Database Database { get; } = database;

        public void Dispose() => pool.Return(Database);
    }
}
