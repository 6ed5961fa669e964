using System.Text;
using Npgsql;
using NpgsqlTypes;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
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
    private readonly DecisionCopy _copy = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly List<PartitionMove> _moves = [];
    private readonly Dictionary<string, string> _positions = new(StringComparer.Ordinal);
    private PostgresDatabase _database;
    private ListNames _lists;
    private bool _isAnnounced;
    private long _head;

    private PostgresWriter(PostgresUrl url, Durability durability)
    {
        (_url, _durability) = (url, durability);
        _database = Connect();
        _lists = new ListNames(_database);
        LastSequence = _database.Scalar("SELECT seq FROM log_head") ?? 0;
    }

    public override bool HasOthers => true;

    public override bool ReadsTogether => true;

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
        database.Begin();
        InBatch = true;
        try
        {
            _head = LastSequence = database.Scalar("SELECT seq FROM log_head") ?? 0;
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
            _database.Run(() =>
            {
                _copy.Complete(_database.Connection);
                foreach (var (name, value) in _positions)
                    Positions.Set(_database, name, value);
                foreach (var move in _moves)
                    KafkaPositions.Move(_database, move);
                return End();
            });
            InBatch = false;
            _database.Ended();
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
        InBatch = false;
        LastSequence = _head;
        Forget();
        try
        {
            _database.Run(() =>
            {
                _copy.Cancel();
                return true;
            });
        }
        catch (StorageException)
        {
            // It ends with its connection.
            _database.Dispose();
        }

        _database.Rollback();
    }

    public override void Announce(IReadOnlyList<Transaction> transactions)
    {
        RequireBatch();
        var ids = transactions.Select(t => Encoding.UTF8.GetString(t[Field.TransactionId])).Distinct(StringComparer.Ordinal).ToArray();
        _known.EnsureCapacity(ids.Length);
        foreach (var id in ids)
            _known[id] = default;
        _isAnnounced = true;
        Look(ids);
    }

    public override bool TryFind(ReadOnlySpan<byte> transactionId, out long sequence, out ReadOnlySpan<byte> payload)
    {
        var id = Encoding.UTF8.GetString(transactionId);
        if (!_known.TryGetValue(id, out var known))
        {
            if (_isAnnounced)
                throw new InvalidOperationException("a transaction that was not announced");
            Look([id]);
            known = _known.GetValueOrDefault(id);
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

    public override IEnumerable<EntityRow> ReadHistories(Field first, Field? second, IReadOnlyList<Transaction> named, long retention)
    {
        var (a, b) = (Fields.Name(first), second is { } other ? Fields.Name(other) : null);
        var where = b is null ? $"t.{a} = k.a" : $"t.{a} = k.a AND t.{b} = k.b";
        var (keys, names) = b is null ? ("$1, $2", "a, after") : ("$1, $2, $4", "a, after, b");
        // The same bound twice: of each entity, and of them all, by which the server leaves out older partitions. What
        // stands in parentheses is not to be rewritten into a join, for which it would read whole partitions.
        using var command = new NpgsqlCommand(
            $"""
            SELECT k.i, h.seq, h.payload FROM unnest({keys}) WITH ORDINALITY k({names}, i)
            CROSS JOIN LATERAL (
                SELECT t.seq, t.payload FROM transactions t WHERE {where} AND t.time > k.after AND t."timestamp" > $3 OFFSET 0) h
            ORDER BY k.i, h.seq
            """,
            _database.Connection)
        { CommandTimeout = 0 };
        var after = named.Select(transaction => transaction.Time - retention).ToArray();
        command.Parameters.Add(Texts(first, named));
        command.Parameters.Add(new NpgsqlParameter { Value = after, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter { Value = Timestamp.ToDateTime(after.Min()), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        if (second is { } field)
            command.Parameters.Add(Texts(field, named));
        using var reader = _database.Run(command.ExecuteReader);
        while (_database.Run(reader.Read))
            yield return new EntityRow((int)reader.GetInt64(0) - 1, reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
    }

    public override IEnumerable<Label> ReadLabelsOf(IReadOnlyCollection<long> sequences, long upToId)
    {
        using var command = new NpgsqlCommand(
            "SELECT id, seq, is_fraud, observed_at FROM labels WHERE seq = ANY ($1) AND id <= $2 ORDER BY id", _database.Connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter { Value = sequences.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter { Value = upToId, NpgsqlDbType = NpgsqlDbType.Bigint });
        using var reader = _database.Run(command.ExecuteReader);
        while (_database.Run(reader.Read))
            yield return new Label(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt16(2) != 0, reader.GetInt64(3));
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
        try
        {
            _copy.Add(_database.Connection, _isAnnounced, sequence, payload, transaction, decision, provenance);
        }
        catch (Exception e) when (PostgresError.Is(e))
        {
            throw PostgresError.Of(e, _url);
        }

        _known[Encoding.UTF8.GetString(transaction[Field.TransactionId])] = new Known(sequence, payload.ToArray());
    }

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

    private static NpgsqlParameter Texts(Field field, IReadOnlyList<Transaction> of) => new()
    {
        Value = of.Select(transaction => Encoding.UTF8.GetString(transaction[field])).ToArray(),
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    private PostgresDatabase Connected()
    {
        if (!_database.IsBroken)
            return _database;
        _database.Dispose();
        _database = Connect();
        _lists = new ListNames(_database);
        return _database;
    }

    private PostgresDatabase Connect()
    {
        var settings = _url.ToBuilder();
        settings.Pooling = false;
        settings.MaxAutoPrepare = 100;
        settings.KeepAlive = 0;
        var database = new PostgresDatabase(PostgresConnection.Open(_url, settings), _url);
        // A turn that hangs is given up by the server, so that others have theirs.
        database.Execute("SET idle_in_transaction_session_timeout = '30s'");
        // All of a turn's questions are for some rows by their keys. Plans that were made while the table was empty, or
        // before it was analyzed, would read all of it.
        database.Execute("SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off");
        if (_durability == Durability.Process)
            database.Execute("SET synchronous_commit = off");
        return database;
    }

    private void Forget()
    {
        _known.Clear();
        _moves.Clear();
        _positions.Clear();
        _isAnnounced = false;
    }

    /// <summary>Looks transactions up: rarely one is there.</summary>
    private void Look(string[] ids)
    {
        _database.Run(() =>
        {
            var found = new Dictionary<long, string>();
            using (var command = new NpgsqlCommand("SELECT transaction_id, seq FROM transaction_ids WHERE transaction_id = ANY ($1)", _database.Connection))
            {
                command.Parameters.Add(new NpgsqlParameter { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
                using var reader = command.ExecuteReader();
                while (reader.Read())
                    found.Add(reader.GetInt64(1), reader.GetString(0));
            }

            if (found.Count == 0)
                return true;
            using var rows = new NpgsqlCommand("SELECT seq, payload FROM transactions WHERE seq = ANY ($1)", _database.Connection);
            rows.Parameters.Add(new NpgsqlParameter { Value = found.Keys.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            using var row = rows.ExecuteReader();
            while (row.Read())
                _known[found[row.GetInt64(0)]] = new Known(row.GetInt64(0), row.GetFieldValue<byte[]>(1));
            return true;
        });
    }

    private bool End()
    {
        using var batch = new NpgsqlBatch(_database.Connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("UPDATE log_head SET seq = $1") { Parameters = { new NpgsqlParameter<long> { TypedValue = LastSequence } } },
                new NpgsqlBatchCommand("COMMIT"),
            },
        };
        batch.ExecuteNonQuery();
        return true;
    }

    private readonly record struct Known(long Sequence, byte[]? Payload);
}
