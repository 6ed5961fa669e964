using Vigil.Storage.Audit;
using Vigil.Storage.Backup;
using Vigil.Storage.Cases;
using Vigil.Storage.Data;
using Vigil.Storage.Keys;
using Vigil.Storage.Labels;
using Vigil.Storage.Lifecycle;
using Vigil.Storage.Lists;
using Vigil.Storage.Postgres;
using Vigil.Storage.Rules;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage;

/// <summary>
/// A Vigil database: one SQLite file, or one on a PostgreSQL server (docs/storage.md). Safe to use from any thread, while
/// a <see cref="DecisionWriter"/> of this or another process writes. All methods throw <see cref="StorageException"/>.
/// </summary>
public sealed class Store : IDisposable
{
    private readonly ConnectionPool _pool;

    private Store(ConnectionPool pool)
    {
        _pool = pool;
        Cases = new CaseStore(pool);
        Labels = new LabelStore(pool);
        Keys = new KeyStore(pool);
        Audit = new AuditLog(pool);
        Lists = new ListStore(pool);
        Rules = new RuleSetStore(pool, Lists);
        Backtests = new BacktestStore(pool);
        Archives = new ArchiveStore(pool);
        Holds = new HoldStore(pool);
        Erasures = new ErasureStore(pool);
    }

    /// <summary>The database as messages name it: the full path of its file, or server and name.</summary>
    public string Place => _pool.Place;

    /// <summary>Flagged transactions and decisions.</summary>
    public CaseStore Cases { get; }

    /// <summary>What transactions truly were, as far as it became known.</summary>
    public LabelStore Labels { get; }

    /// <summary>API keys.</summary>
    public KeyStore Keys { get; }

    /// <summary>Rule sets and which is in force.</summary>
    public RuleSetStore Rules { get; }

    /// <summary>Lists that rules look into.</summary>
    public ListStore Lists { get; }

    /// <summary>Backtests of rules.</summary>
    public BacktestStore Backtests { get; }

    /// <summary>Months that were taken out of the table, and how they come back.</summary>
    public ArchiveStore Archives { get; }

    /// <summary>Legal holds.</summary>
    public HoldStore Holds { get; }

    /// <summary>Persons whose data was erased.</summary>
    public ErasureStore Erasures { get; }

    /// <summary>The audit trail.</summary>
    public AuditLog Audit { get; }

    /// <summary>
    /// Opens a database. A SQLite file is created, and its schema migrated, where needed; that of PostgreSQL is made by
    /// <see cref="PostgresSetup"/>.
    /// </summary>
    /// <param name="place">The path of a file whose folder exists, or the URL of a PostgreSQL database.</param>
    /// <exception cref="FormatException">The URL is none.</exception>
    public static Store Open(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return new Store(PostgresUrl.Matches(place) ? PostgresPool.Open(PostgresUrl.Parse(place)) : SqlitePool.Open(place));
    }

    /// <summary>Opens a database of PostgreSQL.</summary>
    public static Store Open(PostgresUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new Store(PostgresPool.Open(url));
    }

    /// <summary>
    /// Opens the writer. Of a SQLite database there is one: a second one, in whatever process, is refused
    /// (<see cref="StorageFailure.InUse"/>).
    /// </summary>
    public DecisionWriter OpenWriter(Durability durability = Durability.Full) => _pool.OpenWriter(durability);

    /// <summary>Throws unless the database answers.</summary>
    public void Ping()
    {
        using var lease = _pool.Rent();
        lease.Database.Scalar("SELECT max(version) FROM schema_migrations");
    }

    /// <summary>When the database was made, in its own words: two of the same <see cref="Place"/> on two machines differ in it.</summary>
    public string MadeAt()
    {
        using var lease = _pool.Rent();
        return MadeAt(lease.Database);
    }

    internal static string MadeAt(Database database)
    {
        using var select = database.Prepare("SELECT CAST(applied_at AS text) FROM schema_migrations WHERE version = 1");
        return select.Step() ? select.Text(0) : "";
    }

    /// <param name="since">Counts decisions made at or after this, microseconds since the epoch; 0 for all.</param>
    public Summary Summary(long since = 0)
    {
        using var lease = _pool.Rent();
        return SummaryQuery.Run(lease.Database, since);
    }

    /// <summary>What those who run the database watch, in a time that grows with the cases that nobody has looked at.</summary>
    public Vitals Vitals()
    {
        using var lease = _pool.Rent();
        var database = lease.Database;
        using var cases = database.Prepare("SELECT count(*), min(seq) FROM transactions WHERE status = 'NEW'");
        cases.Step();
        var (count, oldest) = (cases.Long(0), cases.LongOrNull(1));
        cases.Dispose();
        return new Vitals(
            database.Scalar(database.Size) ?? 0, count,
            oldest is { } seq ? database.Scalar(FormattableString.Invariant($"SELECT decided_at FROM transactions WHERE seq = {seq}")) : null,
            database.Scalar("SELECT max(id) FROM audit") ?? 0);
    }

    /// <summary>
    /// All transactions and their decisions in the order of acceptance, as of now: a snapshot, whatever is written
    /// meanwhile. Dispose it soon after: while it is open, the write-ahead log cannot shrink.
    /// </summary>
    public DecisionCursor ReadAll(long fromSequence = 0) => new(_pool, new RowRange(fromSequence));

    /// <summary>Transactions and their decisions of a range, in the order of acceptance; otherwise as <see cref="ReadAll"/>.</summary>
    public DecisionCursor ReadDecisions(RowRange range) => new(_pool, range);

    /// <summary>Transactions of a range without their decisions, in the order of acceptance; otherwise as <see cref="ReadAll"/>.</summary>
    public TransactionCursor ReadTransactions(RowRange range) => new(_pool.Rent(), range);

    /// <summary>Where the record ends, as of now.</summary>
    public RecordBounds Bounds()
    {
        using var lease = _pool.Rent();
        var database = lease.Database;
        // In this order: what a label or a change is about is there already.
        return new RecordBounds(
            database.Scalar("SELECT max(id) FROM labels") ?? 0,
            database.Scalar("SELECT max(id) FROM list_changes") ?? 0,
            database.Scalar("SELECT max(seq) FROM transactions") ?? 0,
            database.Scalar(database.TimeBounds.First),
            database.Scalar(database.TimeBounds.Last));
    }

    /// <summary>All labels by id, as of now. Dispose it soon after, as <see cref="ReadAll"/>.</summary>
    public LabelReader ReadLabels(long afterId = 0, long upToId = long.MaxValue) => new(_pool.Rent(), afterId, upToId);

    /// <summary>Changes of all lists with afterId &lt; id &lt;= upToId, by id, as of now. Dispose it soon after, as <see cref="ReadAll"/>.</summary>
    public ListChangeReader ReadListChanges(long afterId = 0, long upToId = long.MaxValue) =>
        new(_pool, afterId, upToId);

    public FeatureSetRecord? FindFeatureSet(string hash)
    {
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(
            "SELECT hash, name, version, content FROM feature_sets WHERE hash = ?1");
        select.Bind(1, hash);
        return select.Step()
            ? new FeatureSetRecord(select.Text(0), select.Text(1), select.Text(2), select.Text(3))
            : null;
    }

    /// <summary>All versions that ever decided, by the id that decisions carry.</summary>
    public IReadOnlyDictionary<long, EngineVersions> Engines()
    {
        using var lease = _pool.Rent();
        return Data.Engines.All(lease.Database);
    }

    /// <summary>All challengers that ever gave a score, by the id that scores carry.</summary>
    public IReadOnlyDictionary<long, ChallengerVersion> Challengers()
    {
        using var lease = _pool.Rent();
        return Data.Challengers.All(lease.Database);
    }

    /// <summary>
    /// What challengers gave for transactions with event times from one moment to before another, microseconds, beside what
    /// was decided. Dispose it soon after, as <see cref="ReadAll"/>.
    /// </summary>
    public ChallengerScoreCursor ReadChallengerScores(long from, long to) => new(_pool.Rent(), from, to);

    /// <summary>The value of a named position; null where it was never set.</summary>
    public string? FindPosition(string name)
    {
        using var lease = _pool.Rent();
        return Positions.Find(lease.Database, name);
    }

    /// <summary>Remembers that the database was backed up, for whoever watches over it, on whatever machine.</summary>
    public void SaveBackup(BackupRecord backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        _pool.Write(database =>
        {
            Positions.Set(database, BackupRecord.Name, backup.ToString());
            return true;
        });
    }

    /// <summary>The last backup; null where there was none.</summary>
    public BackupRecord? LastBackup() => BackupRecord.Parse(FindPosition(BackupRecord.Name));

    /// <summary>The positions of a topic's partitions, where they have one: the offset of the first message not accounted for.</summary>
    public IReadOnlyDictionary<int, long> FindPartitionPositions(string topic)
    {
        using var lease = _pool.Rent();
        return KafkaPositions.Find(lease.Database, topic);
    }

    /// <summary>
    /// Remembers which topic has the name now (the brokers' id of it). Where it was another one before, its positions begin
    /// anew, so that those who still read the former are refused.
    /// </summary>
    /// <returns>Whether it was another one.</returns>
    public bool IdentifyTopic(string topic, string id) => _pool.Write(database => KafkaPositions.Identify(database, topic, id));

    /// <summary>Moves a partition's position without a batch, backwards too.</summary>
    /// <exception cref="StorageException">It is elsewhere by now.</exception>
    public void MovePartitionPosition(PartitionMove move) => _pool.Write(database =>
    {
        KafkaPositions.Move(database, move);
        return true;
    });

    /// <summary>Makes room for the transactions of the coming months, where the database is cut into months.</summary>
    /// <param name="today">Today.</param>
    public void PrepareMonths(DateOnly today) => _pool.PrepareMonths(today);

    /// <summary>Closes the connections; one that is in use closes when its use ends.</summary>
    public void Dispose() => _pool.Dispose();
}
