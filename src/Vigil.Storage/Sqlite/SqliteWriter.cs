using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Sqlite;

/// <summary>
/// The one writer of a file: a second one is refused. Steady appends allocate nothing.
/// </summary>
internal sealed class SqliteWriter : DecisionWriter
{
    private readonly WriterLock _lock;
    private readonly SqliteDatabase _database;
    private readonly WriteGate _gate;
    private readonly DecisionInsert _insert;
    private readonly EntityHistory _history;
    private byte[] _found = new byte[1024];
    private long _committedSequence;

    private SqliteWriter(WriterLock writerLock, SqliteDatabase database, WriteGate gate)
    {
        _lock = writerLock;
        _database = database;
        _gate = gate;
        _insert = new DecisionInsert(database);
        _history = new EntityHistory(database);
        ListNames = new ListNames(database);
        LastSequence = _committedSequence = database.Scalar("SELECT max(seq) FROM transactions") ?? 0;
    }

    public override bool HasOthers => false;

    private protected override Database Database => _database;

    private protected override ListNames ListNames { get; }

    internal static SqliteWriter Open(string path, WriteGate gate, Durability durability)
    {
        var writerLock = WriterLock.Take(path);
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(path);
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

    public override void Begin()
    {
        if (InBatch)
            throw new InvalidOperationException("a batch is open already");
        _gate.Enter();
        InBatch = true;
        try
        {
            _database.Begin();
        }
        catch (StorageException)
        {
            Rollback();
            throw;
        }
    }

    public override void Commit()
    {
        RequireBatch();
        try
        {
            _database.Commit();
            _committedSequence = LastSequence;
        }
        finally
        {
            Rollback();
        }
    }

    public override void Rollback()
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

    public override bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload)
    {
        using var select = _database.Prepare("SELECT seq, payload FROM transactions WHERE transaction_id = ?1");
        select.BindText(1, transactionId);
        sequence = 0;
        payload = default;
        if (!select.Step())
            return IsArchived(transactionId, out sequence);
        sequence = select.Long(0);
        var stored = select.Bytes(1);
        if (_found.Length < stored.Length)
            _found = new byte[stored.Length * 2];
        stored.CopyTo(_found);
        payload = _found.AsSpan(0, stored.Length);
        return true;
    }

    private bool IsArchived(ReadOnlySpan<byte> transactionId, out long sequence)
    {
        using var select = _database.Prepare("SELECT seq FROM archived_ids WHERE transaction_id = ?1");
        select.BindText(1, transactionId);
        var found = select.Step();
        sequence = found ? select.Long(0) : 0;
        return found;
    }

    /// <summary>How many pages this connection lets the file have: tests make a disk full with it. Any thread.</summary>
    internal void LimitPages(long pages)
    {
        using var turn = new Turn(_gate);
        _database.Execute($"PRAGMA max_page_count = {pages}");
    }

    public override void Dispose()
    {
        Rollback();
        _database.Dispose();
        _lock.Dispose();
    }

    private protected override void Write(Action change)
    {
        using var turn = new Turn(InBatch ? null : _gate);
        change();
    }

    private protected override void AppendRow(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision, in Provenance provenance) =>
        _insert.Run(sequence, payload, transaction, decision, provenance);

    private protected override void AppendScoreRows(
        long challenger, ReadOnlySpan<long> sequences, ReadOnlySpan<long> times, ReadOnlySpan<float> scores)
    {
        var insert = _database.Prepare("INSERT INTO challenger_scores (seq, challenger_id, score) VALUES (?1, ?2, ?3)");
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
                continue;
            insert.Bind(1, sequences[i]);
            insert.Bind(2, challenger);
            insert.Bind(3, (double)scores[i]);
            insert.Run();
        }
    }

    private protected override HistoryCursor ReadHistory(Entity entity, long afterTime) => _history.Read(entity, afterTime);

    private protected override LabelCursor ReadLabelsOf(Entity entity, long afterTime, long upToId) =>
        _history.ReadLabelsOf(entity, afterTime, upToId);

    private protected override void CreateEntityIndex(Field first, Field? second) =>
        Write(() => _database.Execute(EntityIndex.Of(first, second).CreateSql));

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
