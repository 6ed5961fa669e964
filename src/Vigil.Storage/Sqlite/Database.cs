using SQLitePCL;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// One connection with its prepared statements, each compiled once. A thin layer over SQLite's C interface, because
/// ADO.NET boxes every parameter. One thread at a time.
/// </summary>
internal sealed class Database : IDisposable
{
    public const int BusyTimeoutMillis = 10_000;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path) => (_handle, Path) = (handle, path);

    public string Path { get; }

    /// <summary>Whether a transaction is open. SQLite closes one by itself after some failures.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows changed by the last statement that changed any.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Row id of the last insert.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(_handle);

    /// <param name="path">Full path of the file, created where it is missing.</param>
    public static Database Open(string path)
    {
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(handle, path);
        try
        {
            database.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, BusyTimeoutMillis);
            database.Execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
            return database;
        }
        catch (StorageException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that return nothing of interest.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The prepared statement of this text. Reset after use: a <c>using</c> does.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var compiled));
            statement = new Statement(this, compiled);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>The integer that a statement without parameters gives; null for NULL and for no row.</summary>
    public long? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.LongOrNull(0) : null;
    }

    public void Rollback()
    {
        if (InTransaction)
            Execute("ROLLBACK");
    }

    /// <exception cref="StorageException">The code is neither success nor a row.</exception>
    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw SqliteError.Of(code, raw.sqlite3_errmsg(_handle).utf8_to_string(), Path);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        _handle.Dispose();
    }
}
