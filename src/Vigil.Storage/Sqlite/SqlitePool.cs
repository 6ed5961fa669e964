using System.Collections.Concurrent;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>Connections to one SQLite file, and the turn to write among the threads of this process.</summary>
internal sealed class SqlitePool : ConnectionPool
{
    private readonly ConcurrentBag<SqliteDatabase> _idle = [];
    private readonly WriteGate _gate = new();
    private volatile bool _disposed;

    private SqlitePool(string path) => Place = path;

    /// <summary>Full path of the file.</summary>
    public override string Place { get; }

    /// <summary>Creates the file and migrates its schema where needed.</summary>
    public static SqlitePool Open(string path)
    {
        var pool = new SqlitePool(Path.GetFullPath(path));
        try
        {
            using var lease = pool.Rent();
            Migrator.Migrate((SqliteDatabase)lease.Database);
            return pool;
        }
        catch (StorageException)
        {
            pool.Dispose();
            throw;
        }
    }

    public override DecisionWriter OpenWriter(Durability durability) => SqliteWriter.Open(Place, _gate, durability);

    public override void Dispose()
    {
        _disposed = true;
        Close();
    }

    protected override Database Take()
    {
        if (_idle.TryTake(out var idle))
            return idle;
        var database = SqliteDatabase.Open(Place);
        // A commit need not wait for the disk: Write does.
        database.Execute("PRAGMA synchronous = NORMAL");
        return database;
    }

    protected override void Return(Database database)
    {
        _idle.Add((SqliteDatabase)database);
        // Looked at after the add, so that none is left behind by a Dispose in between.
        if (_disposed)
            Close();
    }

    protected override void EnterTurn() => _gate.Enter();

    protected override void ExitTurn() => _gate.Exit();

    /// <summary>
    /// What SQLite would do within COMMIT, while decisions wait for their turn: here it is done after the turn, for one
    /// write to the log is ordered behind those before it.
    /// </summary>
    protected override void WaitForDisk()
    {
        try
        {
            using var log = File.OpenHandle(Place + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
        }
        catch (IOException e)
        {
            throw new StorageException(
                StorageFailure.Other, $"the disk that holds the database {Place} failed ({e.Message}): what was just written may be lost with the next loss of power", e);
        }
    }

    private void Close()
    {
        while (_idle.TryTake(out var database))
            database.Dispose();
    }
}
