using Vigil.Core.Decisions;
using Vigil.Core.Transactions;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// The one writer of decisions, for the one thread of the decision loop. Reads of this class see what the open batch
/// has already appended. Steady appends allocate nothing.
/// </summary>
public sealed class SqliteWriter : IDisposable
{
    private readonly WriterLock _lock;
    private readonly Database _database;
    private readonly WriteGate _gate;
    private readonly DecisionInsert _insert;
    private readonly EntityHistory _history;
    private readonly ListNames _lists;
    private byte[] _found = new byte[1024];
    private long _committedSequence;

    private SqliteWriter(WriterLock writerLock, Database database, WriteGate gate)
    {
        _lock = writerLock;
        _database = database;
        _gate = gate;
        _insert = new DecisionInsert(database);
        _history = new EntityHistory(database);
        _lists = new ListNames(database);
        LastSequence = _committedSequence = database.Scalar("SELECT max(seq) FROM transactions") ?? 0;
    }

    /// <summary>Sequence number of the last transaction appended, in the open batch too; 0 for none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Id of the last label in the database; 0 for none.</summary>
    public long LastLabelId => _database.Scalar("SELECT max(id) FROM labels") ?? 0;

    /// <summary>Id of the last change of a list in the database; 0 for none.</summary>
    public long LastListChangeId => _database.Scalar("SELECT max(id) FROM list_changes") ?? 0;

    /// <summary>Whether a batch was begun and neither committed nor rolled back.</summary>
    public bool InBatch { get; private set; }

    internal static SqliteWriter Open(string path, WriteGate gate, Durability durability)
    {
        var writerLock = WriterLock.Take(path);
        Database? database = null;
        try
        {
            database = Database.Open(path);
            database.Execute(durability == Durability.Full ? Settings.Full : Settings.Process);
            return new SqliteWriter(writerLock, database, gate);
        }
        catch (StorageException)
        {
            database?.Dispose();
            writerLock.Dispose();
            throw;
        }
    }

    /// <summary>Starts a batch; waits for changes that others are making.</summary>
    public void Begin()
    {
        if (InBatch)
            throw new InvalidOperationException("a batch is open already");
        _gate.Enter();
        InBatch = true;
        try
        {
            _database.Execute("BEGIN IMMEDIATE");
        }
        catch (StorageException)
        {
            Rollback();
            throw;
        }
    }

    /// <summary>Makes the batch durable. Where it throws, nothing of the batch is in the database and none is open.</summary>
    public void Commit()
    {
        RequireBatch();
        try
        {
            _database.Execute("COMMIT");
            _committedSequence = LastSequence;
        }
        finally
        {
            Rollback();
        }
    }

    /// <summary>Drops the batch, if one is open.</summary>
    public void Rollback()
    {
        if (!InBatch)
            return;
        try
        {
            _database.Rollback();
        }
        finally
        {
            InBatch = false;
            LastSequence = _committedSequence;
            _gate.Exit();
        }
    }

    /// <summary>Finds a transaction by its id.</summary>
    /// <param name="transactionId">UTF-8.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="payload">Its JSON; valid until the next call.</param>
    public bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload)
    {
        using var select = _database.Prepare("SELECT seq, payload FROM transactions WHERE transaction_id = ?1");
        select.BindText(1, transactionId);
        sequence = 0;
        payload = default;
        if (!select.Step())
            return false;
        sequence = select.Long(0);
        var stored = select.Bytes(1);
        if (_found.Length < stored.Length)
            _found = new byte[stored.Length * 2];
        stored.CopyTo(_found);
        payload = _found.AsSpan(0, stored.Length);
        return true;
    }

    /// <summary>
    /// Adds a transaction and its decision to the open batch. Where it throws, the batch can only be rolled back.
    /// </summary>
    /// <param name="sequence"><see cref="LastSequence"/> + 1: the numbers have no gaps.</param>
    /// <param name="payload">The JSON as received, UTF-8.</param>
    /// <param name="transaction">What it says.</param>
    /// <param name="decision">What was decided; a decision that is not allow opens a case with status NEW.</param>
    /// <param name="provenance">The circumstances.</param>
    /// <exception cref="StorageException">
    /// Among others <see cref="StorageFailure.Constraint"/>, where the transaction_id is stored already.
    /// </exception>
    public void Append(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision,
        in Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        RequireBatch();
        ArgumentOutOfRangeException.ThrowIfNotEqual(sequence, LastSequence + 1);
        _insert.Run(sequence, payload, transaction, decision, provenance);
        LastSequence = sequence;
    }

    /// <summary>Stores a named position in the open batch, with the rows that it accounts for.</summary>
    public void SetPosition(string name, string value)
    {
        RequireBatch();
        Positions.Set(_database, name, value);
    }

    /// <summary>The value of a named position; null where it was never set.</summary>
    public string? FindPosition(string name) => Positions.Find(_database, name);

    /// <summary>Stores a feature set, unless it is stored already. In the open batch, or at once where none is open.</summary>
    public void SaveFeatureSet(FeatureSetRecord featureSet)
    {
        ArgumentNullException.ThrowIfNull(featureSet);
        using var turn = EnterUnlessInBatch();
        Engines.Save(_database, featureSet);
    }

    /// <summary>The id of these versions, stored where they are new. In the open batch, or at once where none is open.</summary>
    /// <param name="versions">Its feature set must have been saved before.</param>
    public long InternEngine(EngineVersions versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        using var turn = EnterUnlessInBatch();
        return Engines.Intern(_database, versions);
    }

    /// <summary>
    /// Makes <see cref="ReadHistory(Field, ReadOnlySpan{byte}, long)"/> fast for an entity; account_id always is. Reads
    /// the whole table where the index is new. Not in a batch.
    /// </summary>
    public void EnsureEntityIndex(Field field) => EnsureIndex(EntityIndex.Of(field));

    /// <summary>Makes the history of a pair fast. Not in a batch.</summary>
    public void EnsureEntityIndex(Field first, Field second) => EnsureIndex(EntityIndex.Of(first, second));

    /// <summary>The transactions of one entity, in the order of acceptance.</summary>
    /// <param name="field">The entity's field.</param>
    /// <param name="value">Its value, UTF-8.</param>
    /// <param name="afterTime">Only those with a later event time, microseconds since the epoch.</param>
    public HistoryCursor ReadHistory(Field field, ReadOnlySpan<byte> value, long afterTime) =>
        _history.Read(new Entity(field, value), afterTime);

    /// <summary>The transactions of a pair of entities, in the order of acceptance.</summary>
    public HistoryCursor ReadHistory(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime) =>
        _history.Read(new Entity(first, firstValue, second, secondValue), afterTime);

    /// <summary>Latest event time of one entity's transactions; null where it has none.</summary>
    public long? LatestTime(Field field, ReadOnlySpan<byte> value) => _history.LatestTime(new Entity(field, value));

    /// <summary>Latest event time of a pair's transactions; null where it has none.</summary>
    public long? LatestTime(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue) =>
        _history.LatestTime(new Entity(first, firstValue, second, secondValue));

    /// <summary>Labels with afterId &lt; id &lt;= upToId, by id: what became known since the loop last looked.</summary>
    public LabelCursor ReadLabels(long afterId, long upToId = long.MaxValue) => _history.ReadLabels(afterId, upToId);

    /// <summary>Labels of one entity's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(Field field, ReadOnlySpan<byte> value, long afterTime, long upToId) =>
        _history.ReadLabelsOf(new Entity(field, value), afterTime, upToId);

    /// <summary>Labels of a pair's transactions later than <paramref name="afterTime"/> with id &lt;= upToId, by id.</summary>
    public LabelCursor ReadLabelsOf(
        Field first, ReadOnlySpan<byte> firstValue, Field second, ReadOnlySpan<byte> secondValue, long afterTime,
        long upToId) =>
        _history.ReadLabelsOf(new Entity(first, firstValue, second, secondValue), afterTime, upToId);

    /// <summary>Changes of lists with id &gt; afterId, by id: what the loop has not applied yet.</summary>
    /// <param name="afterId">The last one applied.</param>
    /// <param name="max">Most of them, so that a long import is applied in turns.</param>
    public ListChangeCursor ReadListChanges(long afterId, int max) =>
        new(_database, _lists, afterId, long.MaxValue, max);

    /// <summary>How many pages this connection lets the file have: tests make a disk full with it. Any thread.</summary>
    internal void LimitPages(long pages)
    {
        using var turn = new Turn(_gate);
        _database.Execute($"PRAGMA max_page_count = {pages}");
    }

    /// <summary>Drops the open batch and lets another process become the writer.</summary>
    public void Dispose()
    {
        Rollback();
        _database.Dispose();
        _lock.Dispose();
    }

    private void EnsureIndex(EntityIndex index)
    {
        if (InBatch)
            throw new InvalidOperationException("an index cannot be made inside a batch");
        using var turn = EnterUnlessInBatch();
        _database.Execute(index.CreateSql);
    }

    private void RequireBatch()
    {
        if (!InBatch)
            throw new InvalidOperationException("no batch is open");
    }

    private Turn EnterUnlessInBatch() => new(InBatch ? null : _gate);

    private readonly struct Turn : IDisposable
    {
        private readonly WriteGate? _gate;

        public Turn(WriteGate? gate)
        {
            _gate = gate;
            gate?.Enter();
        }

        public void Dispose() => _gate?.Exit();
    }

    private static class Settings
    {
        // 64 MiB of cache keep the upper levels of the indexes; negative is KiB.
        public const string Full = "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536";

        // A load writes the same index pages again and again: the log is copied back rarely (in pages).
        public const string Process =
            "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 16384";
    }
}
