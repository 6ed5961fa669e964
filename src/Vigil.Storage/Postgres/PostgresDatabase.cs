using System.Globalization;
using Npgsql;
using Vigil.Storage.Data;

namespace Vigil.Storage.Postgres;

/// <summary>A connection to a PostgreSQL database. Npgsql prepares by itself the statements that come again.</summary>
internal sealed class PostgresDatabase(NpgsqlConnection connection, PostgresUrl url) : Database
{
    private readonly Dictionary<string, PostgresStatement> _statements = new(StringComparer.Ordinal);
    private bool _inTransaction;

    // "turn" in ASCII. Whoever wants the turn stands in line for the lock of this number first: a lock of a row alone goes to
    // whoever asks first after it was given back, and that would be the one who gave it back.
    private const long TurnKey = 0x7475726E;

    public NpgsqlConnection Connection => connection;

    /// <summary>Whether it has lost its server.</summary>
    public bool IsBroken => connection.FullState is not (System.Data.ConnectionState.Open
        or System.Data.ConnectionState.Open | System.Data.ConnectionState.Executing
        or System.Data.ConnectionState.Open | System.Data.ConnectionState.Fetching);

    public override bool InTransaction => _inTransaction;

    public override int Changes => LastChanges;

    public override bool OneAtATime => true;

    internal int LastChanges { get; set; }

    /// <summary>How long a turn may wait for its client in the middle of a COPY before others end it.</summary>
    internal TimeSpan HangsAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Takes the turn (log_head), which ends with the transaction. One whose client hangs in the middle of a COPY (stopped,
    /// or gone without a word), which no timeout of the server ends, is ended by those that wait.
    /// </summary>
    public override void Begin()
    {
        var wait = Math.Max(1, (long)(HangsAfter / 3).TotalMilliseconds);
        var sql = string.Create(
            CultureInfo.InvariantCulture, $"BEGIN; SET LOCAL lock_timeout = {wait}; SELECT pg_advisory_xact_lock({TurnKey}); SELECT seq FROM log_head FOR UPDATE; SET LOCAL lock_timeout TO DEFAULT");
        while (true)
        {
            try
            {
                Start(sql);
                return;
            }
            catch (StorageException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
            {
                EndHungTurn();
            }
        }
    }

    public override void BeginAside() => Start("BEGIN");

    public override void BeginRead() => Start("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    public override void Commit()
    {
        Execute("COMMIT");
        _inTransaction = false;
    }

    public override void Rollback()
    {
        if (!_inTransaction)
            return;
        _inTransaction = false;
        // Gone with its connection where that is gone.
        if (!IsBroken)
            Execute("ROLLBACK");
    }

    public override void Execute(string sql) => Run(() =>
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return command.ExecuteNonQuery();
    });

    public override Statement Prepare(string sql, bool isLong = false)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new PostgresStatement(this, sql, isLong);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    // The table of ids is not cut into partitions.
    public override string HasId => "t.seq = (SELECT i.seq FROM transaction_ids i WHERE i.transaction_id = ?1)";

    public override string Ids => "transaction_ids";

    // Items that are texts come without quotes by #>> '{}'.
    public override string JsonItems(string parameter) =>
        $"(SELECT i - 1 AS key, v AS item, v #>> '{{}}' AS value FROM jsonb_array_elements(CAST({parameter} AS jsonb)) WITH ORDINALITY e(v, i))";

    // Partitions are by timestamp: those of other times are not looked at.
    public override string IsBetween => $"{Timestamp("?3")} <= t.\"timestamp\" AND t.\"timestamp\" < {Timestamp("?4")}";

    // With the time each month looks into its own scores alone.
    public override string IsScoreOf => "s.seq = t.seq AND s.\"timestamp\" = t.\"timestamp\"";

    public override string Size => "SELECT pg_database_size(current_database())";

    public override (string First, string Last) TimeBounds => (
        "SELECT time FROM transactions ORDER BY \"timestamp\" LIMIT 1",
        "SELECT time FROM transactions ORDER BY \"timestamp\" DESC LIMIT 1");

    public override string Unindexed(string column) => column;

    public override string NewestOfEach(string table, string key, string where, string columns) =>
        $"(SELECT DISTINCT ON ({key}) {columns} FROM {table} WHERE {where} ORDER BY {key}, id DESC)";

    /// <summary>Runs something on the connection.</summary>
    /// <exception cref="StorageException">It failed.</exception>
    public T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (PostgresError.Is(e))
        {
            throw PostgresError.Of(e, url);
        }
    }

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Close();
        _statements.Clear();
        connection.Dispose();
    }

    /// <summary>The time of some microseconds since 1970; what no calendar has is the first or last day that one has.</summary>
    private static string Timestamp(string parameter) =>
        $"(timestamptz 'epoch' + greatest(-60000000000000000, least({parameter}, 250000000000000000)) * interval '1 microsecond')";

    /// <summary>Ends the connection that holds the turn, where its COPY is older than the bound and waits for its client.</summary>
    private void EndHungTurn() => Run(() =>
    {
        // Without the right to end it (another role's) the wait goes on; the server shows such a role no query, either.
        using var command = new NpgsqlCommand(
            """
            SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
            WHERE a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()
              AND a.wait_event = 'ClientRead' AND a.query LIKE 'COPY %' AND a.query_start < clock_timestamp() - $1
              AND a.pid IN (SELECT pid FROM pg_locks WHERE relation = 'log_head'::regclass AND granted)
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = HangsAfter });
        return command.ExecuteNonQuery();
    });

    private void Start(string sql)
    {
        _inTransaction = true;
        try
        {
            Execute(sql);
        }
        catch (StorageException)
        {
            Rollback();
            throw;
        }
    }
}
