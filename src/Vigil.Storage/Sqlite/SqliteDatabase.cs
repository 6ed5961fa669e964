using SQLitePCL;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// A connection to one SQLite file. A thin layer over SQLite's C interface, because ADO.NET boxes every parameter.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    public const int BusyTimeoutMillis = 10_000;
    private const int PagesAtOnce = 4_096;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _handle;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(sqlite3 handle, string path) => (_handle, Path) = (handle, path);

    public string Path { get; }

    /// <summary>Whether a transaction is open. SQLite closes one by itself after some failures.</summary>
    public override bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public override int Changes => raw.sqlite3_changes(_handle);

    public override bool OneAtATime => false;

    /// <param name="path">Full path of the file, created where it is missing, for its owner alone.</param>
    public static SqliteDatabase Open(string path)
    {
        CreatePrivately(path);
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new SqliteDatabase(handle, path);
        try
        {
            database.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, BusyTimeoutMillis);
            AuditFunction.AddTo(handle);
            database.Execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
            return database;
        }
        catch (StorageException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>SQLite itself would let everybody on the machine read it; what it puts beside the file has the file's mode.</summary>
    private static void CreatePrivately(string path)
    {
        if (File.Exists(path))
            return;
        try
        {
            // Only where it is new: closing a file that another thread has open would end the locks of SQLite.
            PrivateFile.Create(path).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Made by another one meanwhile; or SQLite says what is wrong.
        }
    }

    public override void Begin() => Execute("BEGIN IMMEDIATE");

    public override void BeginRead() => Execute("BEGIN");

    public override void Commit() => Execute("COMMIT");

    public override void Rollback()
    {
        if (InTransaction)
            Execute("ROLLBACK");
    }

    public override void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    public override Statement Prepare(string sql, bool isLong = false)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var compiled));
            statement = new SqliteStatement(this, compiled);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    public override string HasId => "t.transaction_id = ?1";

    public override string Ids => "transactions";

    public override string JsonItems(string parameter) => $"(SELECT key, value, value AS item FROM json_each({parameter}))";

    public override string IsBetween => "t.time >= ?3 AND t.time < ?4";

    public override string IsScoreOf => "s.seq = t.seq";

    public override string Size => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    public override (string First, string Last) TimeBounds =>
        ("SELECT min(time) FROM transactions", "SELECT max(time) FROM transactions");

    public override string Unindexed(string column) => $"+{column}";

    // Beside max(), SQLite takes the other columns from the row that has it (sqlite.org/lang_select.html, section 2.5).
    public override string NewestOfEach(string table, string key, string where, string columns) =>
        $"(SELECT max(id), {columns} FROM {table} WHERE {where} GROUP BY {key})";

    public override void BeginBulk() => Execute("PRAGMA wal_autocheckpoint = 0");

    public override void RelieveBulk() => Execute("PRAGMA wal_checkpoint(PASSIVE)");

    public override void EndBulk() => Execute("PRAGMA wal_autocheckpoint = 1000");

    /// <summary>
    /// Copies the database to a new file while others read and write, by SQLite's online backup
    /// (https://www.sqlite.org/backup.html): the copy is the database of one moment.
    /// </summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <param name="progress">Told the bytes copied.</param>
    /// <param name="cancel">Stops it.</param>
    public void CopyTo(string path, Action<long> progress, CancellationToken cancel)
    {
        PrivateFile.Create(path).Dispose();
        using var copy = Open(path);
        using var backup = raw.sqlite3_backup_init(copy._handle, "main", _handle, "main");
        if (backup is null || backup.IsInvalid)
            Check(raw.sqlite3_errcode(copy._handle));
        BeginRead();
        try
        {
            // The read transaction keeps the moment: writers do not make the copy begin anew.
            Scalar("SELECT count(*) FROM sqlite_schema");
            for (var code = raw.SQLITE_OK; code != raw.SQLITE_DONE;)
            {
                cancel.ThrowIfCancellationRequested();
                code = raw.sqlite3_backup_step(backup, PagesAtOnce);
                if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
                    throw SqliteError.Of(code, raw.sqlite3_errstr(code).utf8_to_string(), Path);
                progress((raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup)) * 8192L);
            }
        }
        finally
        {
            Rollback();
        }
    }

    /// <exception cref="StorageException">The code is neither success nor a row.</exception>
    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw SqliteError.Of(code, raw.sqlite3_errmsg(_handle).utf8_to_string(), Path);
    }

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        _handle.Dispose();
    }
}
