using System.Collections.Concurrent;

namespace Vigil.Storage.Sqlite;

/// <summary>Connections for callers on any thread, and the turn to write among the threads of this process.</summary>
internal sealed class ConnectionPool(string path) : IDisposable
{
    private readonly ConcurrentBag<Database> _idle = [];
    private volatile bool _disposed;

    public string Path { get; } = path;

    public WriteGate Gate { get; } = new();

    public Lease Rent() => new(this, _idle.TryTake(out var database) ? database : Open());

    /// <summary>
    /// Runs one database transaction that writes: all of it happens, or nothing where it throws. Durable when it returns;
    /// others see it a little earlier, and nothing they write then can outlive it.
    /// </summary>
    public T Write<T>(Func<Database, T> change)
    {
        using var lease = Rent();
        return Write(lease.Database, change);
    }

    /// <summary>The same on a connection that the caller has rented.</summary>
    public T Write<T>(Database database, Func<Database, T> change)
    {
        T result;
        Gate.Enter();
        try
        {
            database.Execute("BEGIN IMMEDIATE");
            result = change(database);
            database.Execute("COMMIT");
        }
        finally
        {
            database.Rollback();
            Gate.Exit();
        }

        WaitForDisk();
        return result;
    }

    public void Dispose()
    {
        _disposed = true;
        Close();
    }

    /// <summary>
    /// What SQLite would do within COMMIT, while decisions wait for their turn: here it is done after the turn, for one
    /// write to the log is ordered behind those before it.
    /// </summary>
    private void WaitForDisk()
    {
        try
        {
            using var log = File.OpenHandle(Path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
        }
        catch (IOException e)
        {
            throw new StorageException(
                StorageFailure.Other, $"the disk that holds the database {Path} failed ({e.Message}): what was just written may be lost with the next loss of power", e);
        }
    }

    private void Return(Database database)
    {
        _idle.Add(database);
        // Looked at after the add, so that none is left behind by a Dispose in between.
        if (_disposed)
            Close();
    }

    private Database Open()
    {
        var database = Database.Open(Path);
        // A commit need not wait for the disk: Write does.
        database.Execute("PRAGMA synchronous = NORMAL");
        return database;
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
