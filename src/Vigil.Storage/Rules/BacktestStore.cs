using System.Globalization;
using System.Text.Json;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Rules;

/// <summary>Backtests that were asked for, their progress and reports. Safe to use from any thread.</summary>
public sealed class BacktestStore
{
    private const int MaxLimit = 1000;
    private const string Columns =
        "id, request, state, progress, result, error, actor, created_at, started_at, finished_at";

    private static readonly string[] States = ["queued", "running", "done", "failed", "cancelled"];

    private readonly ConnectionPool _pool;

    internal BacktestStore(ConnectionPool pool) => _pool = pool;

    /// <summary>Takes down a request, to be run.</summary>
    public Backtest Add(BacktestRequest request, string actor, long now)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _pool.Write(database =>
        {
            using var insert = database.Prepare(
                "INSERT INTO backtests (request, state, progress, actor, created_at) VALUES (?1, 'queued', 0, ?2, ?3) RETURNING id");
            insert.Bind(1, JsonSerializer.Serialize(request, BacktestJson.Default.BacktestRequest));
            insert.Bind(2, actor);
            insert.Bind(3, now);
            var made = Find(database, insert.RunForId())!;
            Audit(database, now, actor, "backtest.start", made.Id, null, request.Version is { } version
                ? string.Create(CultureInfo.InvariantCulture, $"rules {version}") : "a draft");
            return made;
        });
    }

    /// <summary>Marks a queued one as running.</summary>
    /// <returns>False where it was cancelled meanwhile.</returns>
    public bool Start(long id, long now) =>
        Change("UPDATE backtests SET state = 'running', started_at = ?2 WHERE id = ?1 AND state = 'queued'", id, now);

    /// <summary>Says how far a running one is. A write to the database: now and then, not at every row.</summary>
    /// <param name="id">Which.</param>
    /// <param name="progress">0 to 1.</param>
    /// <returns>False where it was cancelled: stop it.</returns>
    public bool Report(long id, double progress) => _pool.Write(database =>
    {
        using var update = database.Prepare("UPDATE backtests SET progress = ?2 WHERE id = ?1 AND state = 'running'");
        update.Bind(1, id);
        update.Bind(2, Math.Clamp(progress, 0, 1));
        update.Run();
        return database.Changes > 0;
    });

    /// <summary>Stores the report of a running one.</summary>
    /// <param name="id">Which.</param>
    /// <param name="result">JSON.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <returns>False where it was cancelled meanwhile.</returns>
    public bool Finish(long id, string result, long now) => Change(
        "UPDATE backtests SET state = 'done', progress = 1, result = ?3, finished_at = ?2 WHERE id = ?1 AND state = 'running'",
        id, now, result);

    /// <summary>Stores why one could not be run to its end.</summary>
    /// <returns>False where it was cancelled meanwhile.</returns>
    public bool Fail(long id, string error, long now) => Change(
        "UPDATE backtests SET state = 'failed', error = ?3, finished_at = ?2 WHERE id = ?1 AND state IN ('queued', 'running')",
        id, now, error);

    /// <summary>Cancels one that has not ended. Whoever runs it learns so from <see cref="Report"/>.</summary>
    /// <returns>False where there is none, or it has ended.</returns>
    public bool Cancel(long id, string actor, long now) => _pool.Write(database =>
    {
        using (var update = database.Prepare(
            "UPDATE backtests SET state = 'cancelled', finished_at = ?2 WHERE id = ?1 AND state IN ('queued', 'running')"))
        {
            update.Bind(1, id);
            update.Bind(2, now);
            update.Run();
        }

        if (database.Changes == 0)
            return false;
        Audit(database, now, actor, "backtest.cancel", id, null, null);
        return true;
    });

    /// <summary>Fails what is queued or running: for the process that runs them, when it starts.</summary>
    /// <param name="error">Why, for whoever asked for them.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <param name="before">Only those that were asked for before this, µs: later ones may be another process's.</param>
    /// <returns>How many.</returns>
    public int Abandon(string error, long now, long before = long.MaxValue) => _pool.Write(database =>
    {
        using var update = database.Prepare(
            "UPDATE backtests SET state = 'failed', error = ?1, finished_at = ?2 WHERE state IN ('queued', 'running') AND created_at < ?3");
        update.Bind(1, error);
        update.Bind(2, now);
        update.Bind(3, before);
        update.Run();
        return database.Changes;
    });

    /// <summary>A backtest; null where there is none.</summary>
    public Backtest? Find(long id)
    {
        using var lease = _pool.Rent();
        return Find(lease.Database, id);
    }

    /// <summary>Backtests, the newest first.</summary>
    /// <param name="limit">Most of them, 1 to 1000.</param>
    /// <param name="before">Only those with a smaller id, for the next page.</param>
    public IReadOnlyList<Backtest> List(int limit = 100, long before = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(
            $"SELECT {Columns} FROM backtests WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
        select.Bind(1, before);
        select.Bind(2, limit);
        var backtests = new List<Backtest>();
        while (select.Step())
            backtests.Add(Read(select));
        return backtests;
    }

    private bool Change(string sql, long id, long now, string? text = null) => _pool.Write(database =>
    {
        using var update = database.Prepare(sql);
        update.Bind(1, id);
        update.Bind(2, now);
        if (text is not null)
            update.Bind(3, text);
        update.Run();
        return database.Changes > 0;
    });

    private static Backtest? Find(Database database, long id)
    {
        using var select = database.Prepare($"SELECT {Columns} FROM backtests WHERE id = ?1");
        select.Bind(1, id);
        return select.Step() ? Read(select) : null;
    }

    private static Backtest Read(Statement row) => new(
        row.Long(0), JsonSerializer.Deserialize(row.Text(1), BacktestJson.Default.BacktestRequest)!,
        (BacktestState)Array.IndexOf(States, row.Text(2)), row.Double(3), row.TextOrNull(4), row.TextOrNull(5), row.Text(6),
        row.Long(7), row.LongOrNull(8), row.LongOrNull(9));

    private static void Audit(
        Database database, long now, string actor, string action, long id, string? before, string? after) =>
        AuditLog.Append(database, new AuditEntry(
            0, now, actor, action, string.Create(CultureInfo.InvariantCulture, $"backtest {id}"), before, after));
}
