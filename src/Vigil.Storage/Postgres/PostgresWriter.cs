using System.Text;
using Npgsql;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Postgres;

/// <summary>
/// A writer of decisions to PostgreSQL. There may be many, in as many processes: each batch is a turn of its own, in
/// which nobody else writes what decisions depend on (ADR 14). A connection that was lost is opened again by the next
/// batch.
/// </summary>
internal sealed class PostgresWriter : DecisionWriter
{
    private readonly PostgresUrl _url;
    private readonly Durability _durability;
    // What is done on the connection while the caller decides.
    private readonly WorkInOrder _work;
    private readonly DecisionCopy _copy;
    private readonly List<PartitionMove> _moves = [];
    private readonly Dictionary<string, string> _positions = new(StringComparer.Ordinal);

    // Of the batch; and of the one before it while that one is being committed, whose rows the reader does not see.
    private Dictionary<string, KnownTransaction> _known = new(StringComparer.Ordinal);
    private Dictionary<string, KnownTransaction> _former = new(StringComparer.Ordinal);
    private PostgresDatabase _database;
    private TurnReader _reader;
    private Task<Reading>? _reading;
    private ListNames _lists;
    private bool _isReadAhead;

    // What was there when the batch began: nobody else writes these in a turn. Pending, while the batch has only begun for the
    // caller, and the one before it is being committed.
    private Task<Heads> _heads = Task.FromResult(default(Heads));

    private PostgresWriter(PostgresUrl url, Durability durability)
    {
        (_url, _durability) = (url, durability);
        _work = new WorkInOrder(url);
        _copy = new DecisionCopy(_work);
        _database = Connect();
        _reader = new TurnReader(Connect());
        _lists = new ListNames(_database);
        LastSequence = _database.Scalar("SELECT seq FROM log_head") ?? 0;
    }

    public override long LastLabelId => InBatch ? Begun().LabelId : base.LastLabelId;

    public override long LastListChangeId => InBatch ? Begun().ListChangeId : base.LastListChangeId;

    public override bool HasOthers => true;

    public override bool ReadsAhead => true;

    public override bool CanGoOn => !_reader.IsBroken;

    private protected override Database Database => Connected();

    private protected override ListNames ListNames
    {
        get
        {
            Connected();
            return _lists;
        }
    }

    public static PostgresWriter Open(PostgresUrl url, Durability durability) => new(url, durability);

    public override void Begin()
    {
        if (InBatch)
            throw new InvalidOperationException("a batch is open already");
        var database = Connected();
        if (_reader.IsBroken)
            RenewReader();

        database.Begin();
        InBatch = true;
        try
        {
            var heads = ReadHeads(database);
            LastSequence = heads.Sequence;
            _heads = Task.FromResult(heads);
        }
        catch (StorageException)
        {
            Rollback();
            throw;
        }

        _copy.Clear();
        Forget();
    }

    public override void Commit()
    {
        RequireBatch();
        try
        {
            Begun();
            _database.Run(() =>
            {
                _copy.Complete(_database.Connection, isAwaited: true);
                return End(_moves, _positions, LastSequence);
            });
            InBatch = false;
        }
        finally
        {
            Rollback();
        }
    }

    public override Task GoOn()
    {
        RequireBatch();
        Begun();
        var (database, moves, positions, last) = (_database, _moves.ToArray(), _positions.ToArray(), LastSequence);
        _copy.Complete(database.Connection, isAwaited: false);
        var ending = _work.Add(() => End(moves, positions, last));
        (_former, _known) = (_known, _former);
        Forget(keepFormer: true);
        _heads = _work.Add(() =>
        {
            database.Begin();
            var heads = ReadHeads(database);
            return heads.Sequence == last ? heads : throw new StorageException(
                StorageFailure.Superseded, $"Other instances have decided after transaction {last}, which this one took for the last.");
        });
        return ending;
    }

    public override void Rollback()
    {
        if (!InBatch)
            return;
        InBatch = false;
        Forget();
        try
        {
            _database.Run(() =>
            {
                _work.Clear();
                _copy.Cancel();
                return true;
            });
        }
        catch (StorageException)
        {
            // It ends with its connection.
            _database.Dispose();
        }

        // Of one that has not really begun nothing is known; the next says it.
        if (_heads.IsCompletedSuccessfully)
            LastSequence = _heads.Result.Sequence;
        _ = _heads.Exception;
        _database.Rollback();
    }

    public override void StartReading(
        IReadOnlyList<Transaction> transactions, IReadOnlyList<HistoryQuestion> questions, long upToLabelId, bool isAwaited)
    {
        RequireBatch();
        if (_reading is not null)
            throw new InvalidOperationException("what was begun is not finished");
        _isReadAhead = true;
        _reading = new Task<Reading>(() =>
        {
            var ids = transactions.Select(t => Encoding.UTF8.GetString(t[Field.TransactionId])).ToArray();
            return new Reading(ids, _reader.Find(ids), [.. questions.Select(question => _reader.Answer(question, upToLabelId))]);
        });
        if (isAwaited)
            _reading.RunSynchronously(TaskScheduler.Default);
        else
            _reading.Start(TaskScheduler.Default);
    }

    public override IReadOnlyList<HistoryAnswer> FinishReading()
    {
        var reading = (_reading ?? throw new InvalidOperationException("nothing was begun")).GetAwaiter().GetResult();
        _reading = null;
        // What the batch itself has appended meanwhile is known better.
        foreach (var id in reading.Ids)
            _known.TryAdd(id, _former.GetValueOrDefault(id));
        foreach (var (id, known) in reading.Found)
            _known[id] = known;
        return reading.Answers;
    }

    public override bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload)
    {
        var id = Encoding.UTF8.GetString(transactionId);
        if (!_known.TryGetValue(id, out var known))
        {
            if (_isReadAhead)
                throw new InvalidOperationException("a transaction that was not asked for");
            known = _reader.Find([id]).Select(found => found.Known).SingleOrDefault();
            _known[id] = known;
        }

        sequence = known.Sequence;
        payload = known.Payload ?? [];
        return known.Payload is not null;
    }

    public override void SetPosition(string name, string value)
    {
        RequireBatch();
        _positions[name] = value;
    }

    public override void MovePosition(in PartitionMove move)
    {
        RequireBatch();
        _moves.Add(move);
    }

    public override IEnumerable<EntityRow> ReadOthers(long afterSequence)
    {
        using var select = Database.Prepare(
            "SELECT seq, payload FROM transactions WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", isLong: true);
        select.Bind(1, afterSequence);
        select.Bind(2, LastSequence);
        while (select.Step())
            yield return new EntityRow(0, select.Long(0), select.Bytes(1).ToArray());
    }

    public override void Dispose()
    {
        try
        {
            Rollback();
        }
        catch (StorageException)
        {
            // The server rolls back what the connection leaves.
        }

        _reader.Dispose();
        _database.Dispose();
    }

    private protected override void Write(Action change)
    {
        if (InBatch)
        {
            change();
            return;
        }

        var database = Connected();
        try
        {
            database.Begin();
            change();
            database.Commit();
        }
        finally
        {
            database.Rollback();
        }
    }

    private protected override void AppendRow(
        long sequence, ReadOnlySpan<byte> payload, Transaction transaction, Decision decision, in Provenance provenance)
    {
        _copy.Add(_database.Connection, _isReadAhead, sequence, payload, transaction, decision, provenance);
        _known[Encoding.UTF8.GetString(transaction[Field.TransactionId])] = new KnownTransaction(sequence, payload.ToArray());
    }

    private protected override void AppendScoreRows(
        long challenger, ReadOnlySpan<long> sequences, ReadOnlySpan<long> times, ReadOnlySpan<float> scores) =>
        _copy.AddScores(challenger, sequences, times, scores);

    private protected override HistoryCursor ReadHistory(Entity entity, long afterTime)
    {
        if (entity.IsMissing)
            return new HistoryCursor(new StatementHistory(null));
        var select = Database.Prepare($"SELECT seq, time, payload FROM transactions WHERE {Where(entity)} AND time > ?3 ORDER BY seq");
        entity.Bind(select);
        select.Bind(3, afterTime);
        return new HistoryCursor(new StatementHistory(select));
    }

    private protected override LabelCursor ReadLabelsOf(Entity entity, long afterTime, long upToId)
    {
        if (entity.IsMissing)
            return default;
        var select = Database.Prepare(
            $"""
            SELECT l.id, l.is_fraud, l.observed_at, l.seq, t.payload FROM transactions t JOIN labels l ON l.seq = t.seq
            WHERE {Where(entity)} AND t.time > ?3 AND l.id <= ?4 ORDER BY l.id
            """);
        entity.Bind(select);
        select.Bind(3, afterTime);
        select.Bind(4, upToId);
        return new LabelCursor(select);
    }

    private protected override void CreateEntityIndex(Field first, Field? second)
    {
        // An account has few rows: its own index serves its pairs too.
        if (first == Field.AccountId)
            return;
        using var select = Database.Prepare("SELECT vigil_ensure_entity_index(?1, ?2)");
        select.Bind(1, Fields.Name(first));
        select.Bind(2, second is { } field ? Fields.Name(field) : null);
        select.Run();
    }

    private static string Where(in Entity entity) => entity.Second is { } second
        ? $"{Fields.Name(entity.First)} = ?1 AND {Fields.Name(second)} = ?2"
        : $"{Fields.Name(entity.First)} = ?1";

    private PostgresDatabase Connected()
    {
        if (_database.IsBroken)
        {
            _database.Dispose();
            _database = Connect();
            _lists = new ListNames(_database);
            // What cut the one has most likely cut the other, which would say so only in the middle of a batch.
            RenewReader();
        }

        return _database;
    }

    private void RenewReader()
    {
        _reader.Dispose();
        _reader = new TurnReader(Connect());
    }

    private PostgresDatabase Connect()
    {
        var settings = _url.ToBuilder();
        settings.Pooling = false;
        settings.MaxAutoPrepare = 100;
        settings.KeepAlive = 0;
        // Rows go in messages of this size.
        settings.WriteBufferSize = 64 * 1024;
        var database = new PostgresDatabase(PostgresConnection.Open(_url, settings), _url);
        // A turn that hangs is given up by the server, so that others have theirs.
        database.Execute("SET idle_in_transaction_session_timeout = '30s'");
        // All of a turn's questions are for some rows by their keys. Plans that were made while the table was empty, or
        // before it was analyzed, would read all of it. To compile them would take longer than they do.
        database.Execute("SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET jit = off");
        if (_durability == Durability.Process)
            database.Execute("SET synchronous_commit = off");
        return database;
    }

    private void Forget(bool keepFormer = false)
    {
        if (_reading is { } reading)
        {
            // Its failure, too, is of no interest any more.
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
            _ = reading.Exception;
            _reading = null;
        }

        _known.Clear();
        if (!keepFormer)
            _former.Clear();
        _moves.Clear();
        _positions.Clear();
        _isReadAhead = false;
    }

    private static Heads ReadHeads(PostgresDatabase database)
    {
        using var heads = database.Prepare("SELECT seq, (SELECT max(id) FROM labels), (SELECT max(id) FROM list_changes) FROM log_head");
        heads.Step();
        return new Heads(heads.Long(0), heads.Long(1), heads.Long(2));
    }

    /// <summary>What was there when the batch began; waits for that.</summary>
    private Heads Begun() => _heads.GetAwaiter().GetResult();

    /// <summary>Moves the positions and the head, and commits where each was where the batch began.</summary>
    private bool End(IReadOnlyList<PartitionMove> moves, IEnumerable<KeyValuePair<string, string>> positions, long last)
    {
        foreach (var (name, value) in positions)
            Positions.Set(_database, name, value);
        using var batch = new NpgsqlBatch(_database.Connection);
        foreach (var move in moves)
            batch.BatchCommands.Add(Command(move));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE log_head SET seq = $1") { Parameters = { Big(last) } });
        batch.ExecuteNonQuery();
        for (var i = 0; i < moves.Count; i++)
        {
            if (batch.BatchCommands[i].RecordsAffected != 1)
                throw KafkaPositions.Superseded(moves[i]);
        }

        _database.Commit();
        return true;
    }

    private static NpgsqlBatchCommand Command(in PartitionMove move)
    {
        var command = new NpgsqlBatchCommand(KafkaPositions.MoveSql(move).Replace('?', '$'))
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = move.Topic }, Big(move.Partition), Big(move.Next) },
        };
        if (move.From is { } from)
            command.Parameters.Add(Big(from));
        return command;
    }

    private static NpgsqlParameter<long> Big(long value) => new() { TypedValue = value };

    /// <summary>The last transaction, label and change of a list of the record; 0 for none.</summary>
    private readonly record struct Heads(long Sequence, long LabelId, long ListChangeId);

    /// <summary>What was read ahead of some transactions.</summary>
    private sealed record Reading(string[] Ids, List<(string Id, KnownTransaction Known)> Found, HistoryAnswer[] Answers);
}
