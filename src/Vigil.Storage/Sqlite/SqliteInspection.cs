namespace Vigil.Storage.Sqlite;

/// <summary>
/// Looks at a SQLite database without changing it: no schema is brought up to date, no file is made. All methods throw
/// <see cref="StorageException"/>.
/// </summary>
public sealed class SqliteInspection : IDisposable
{
    private readonly SqliteDatabase _database;

    private SqliteInspection(SqliteDatabase database) => _database = database;

    /// <summary>Version of the schema that this Vigil works with.</summary>
    public static int LatestVersion => Migrator.Scripts.Count;

    /// <param name="path">Full path of the file, which must be there.</param>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public static SqliteInspection Open(string path) =>
        File.Exists(path) ? new SqliteInspection(SqliteDatabase.Open(path)) : throw new FileNotFoundException("there is no such file", path);

    /// <summary>Version of the schema; 0 where there is none.</summary>
    /// <exception cref="StorageException">It is newer than this Vigil, or another program's.</exception>
    public int Version() => Migrator.VersionOf(_database);

    /// <summary>Throws unless a write could begin now. Nothing is written.</summary>
    public void RequireWritable()
    {
        _database.Begin();
        try
        {
            // SQLite opens a file that is read-only without a word and refuses at the first write; this one is taken back.
            _database.Execute("CREATE TABLE vigil_doctor (x)");
        }
        finally
        {
            _database.Rollback();
        }
    }

    /// <summary>Version and JSON of the rules in force; null where none are.</summary>
    public (int Version, string Content)? Rules()
    {
        using var select = _database.Prepare(
            "SELECT version, content FROM rule_sets WHERE version = (SELECT version FROM rule_publications ORDER BY id DESC LIMIT 1)");
        return select.Step() ? ((int)select.Long(0), select.Text(1)) : null;
    }

    /// <summary>Version of the model that made the newest decision, empty for none; null where nothing is decided yet.</summary>
    public string? ServedModel()
    {
        using var select = _database.Prepare("SELECT model_version FROM engines WHERE id = (SELECT engine_id FROM transactions ORDER BY seq DESC LIMIT 1)");
        return select.Step() ? select.Text(0) : null;
    }

    public void Dispose() => _database.Dispose();
}
