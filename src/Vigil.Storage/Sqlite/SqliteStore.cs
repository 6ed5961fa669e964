using Vigil.Storage.Audit;
using Vigil.Storage.Cases;
using Vigil.Storage.Keys;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// A Vigil database in one SQLite file (docs/storage.md). Safe to use from any thread, while a
/// <see cref="SqliteWriter"/> of this or another process writes. All methods throw <see cref="StorageException"/>.
/// </summary>
public sealed class SqliteStore : IDisposable
{
    private SqliteStore(string path) => Path = path;

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Flagged transactions, decisions, labels.</summary>
    public CaseStore Cases => throw new NotImplementedException();

    /// <summary>API keys.</summary>
    public KeyStore Keys => throw new NotImplementedException();

    /// <summary>The audit trail.</summary>
    public AuditLog Audit => throw new NotImplementedException();

    /// <summary>Opens the database, creating the file and migrating its schema where needed.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public static SqliteStore Open(string path) => new(path);

    /// <summary>Opens the one writer. A second one, in whatever process, is refused (<see cref="StorageFailure.InUse"/>).</summary>
    public SqliteWriter OpenWriter(Durability durability = Durability.Full) => throw new NotImplementedException();

    /// <summary>Throws unless the database answers.</summary>
    public void Ping() => throw new NotImplementedException();

    /// <param name="since">Counts decisions made at or after this, microseconds since the epoch; 0 for all.</param>
    public Summary Summary(long since = 0) => throw new NotImplementedException();

    /// <summary>
    /// All transactions and their decisions in the order of acceptance, as of now: a snapshot, whatever is written
    /// meanwhile. Dispose it soon after: while it is open, the write-ahead log cannot shrink.
    /// </summary>
    public DecisionCursor ReadAll(long fromSequence = 0) => throw new NotImplementedException();

    public FeatureSetRecord? FindFeatureSet(string hash) => throw new NotImplementedException();

    /// <summary>All versions that ever decided, by the id that decisions carry.</summary>
    public IReadOnlyDictionary<long, EngineVersions> Engines() => throw new NotImplementedException();

    /// <summary>The value of a named position; null where it was never set.</summary>
    public string? FindPosition(string name) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
