using SQLitePCL;

namespace Vigil.Storage.Sqlite;

/// <summary>SQLite's result codes (https://www.sqlite.org/rescode.html) as <see cref="StorageException"/>.</summary>
internal static class SqliteError
{
    /// <param name="code">The (extended) result code.</param>
    /// <param name="detail">SQLite's own message.</param>
    /// <param name="path">The database file.</param>
    public static StorageException Of(int code, string detail, string path)
    {
        var (failure, message) = Explain(code, detail, path);
        return new StorageException(failure, message);
    }

    private static (StorageFailure Failure, string Message) Explain(int code, string detail, string path)
    {
        // The shared-memory file beside the database could not grow: the same cause by another name.
        if (code == raw.SQLITE_IOERR_SHMSIZE)
            code = raw.SQLITE_FULL;
        return (code & 0xFF) switch
        {
            raw.SQLITE_CANTOPEN => (StorageFailure.CannotOpen, CannotOpen(path)),
            raw.SQLITE_READONLY or raw.SQLITE_PERM => (StorageFailure.ReadOnly,
                $"the database {path} cannot be written: the file, its folder or its file system is read-only; "
                + "make them writable by the user that Vigil runs as"),
            raw.SQLITE_FULL => (StorageFailure.Full,
                $"the disk that holds the database {path} is full: nothing that was committed is lost; free some "
                + "space and try again"),
            raw.SQLITE_NOTADB => (StorageFailure.Corrupt,
                $"{path} is not a SQLite database: choose another path, or restore a backup"),
            raw.SQLITE_CORRUPT => (StorageFailure.Corrupt,
                $"the database {path} is damaged ({detail}): stop every program that uses it and restore a backup, "
                + "or save what can be read with: sqlite3 FILE .recover"),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (StorageFailure.Busy,
                $"the database {path} is locked by another program for more than "
                + $"{SqliteDatabase.BusyTimeoutMillis / 1000} seconds: close that program (a database browser, a backup?) "
                + "and try again"),
            raw.SQLITE_CONSTRAINT => (StorageFailure.Constraint, $"the database {path} refused a row: {detail}"),
            _ => (StorageFailure.Other, $"the database {path} failed: {detail} (SQLite result code {code})"),
        };
    }

    private static string CannotOpen(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (Directory.Exists(path))
            return $"the database {path} cannot be opened: this is a folder; name a file in it";
        if (!Directory.Exists(folder))
            return $"the database {path} cannot be opened: the folder {folder} does not exist; create it or choose another path";
        return $"the database {path} cannot be opened or created: make the file and its folder readable and writable "
            + "by the user that Vigil runs as, or choose another path";
    }
}
