using Vigil.Storage.Data;

namespace Vigil.Storage.Audit;

/// <summary>Who changed what and when. Safe to use from any thread.</summary>
public sealed class AuditLog
{
    private const int MaxLimit = 1000;

    private readonly ConnectionPool _pool;

    internal AuditLog(ConnectionPool pool) => _pool = pool;

    /// <summary>Appends one entry; its id is given by the database.</summary>
    public void Append(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _pool.Write(database =>
        {
            Append(database, entry);
            return true;
        });
    }

    /// <summary>Lists entries, the newest first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    public IReadOnlyList<AuditEntry> Read(AuditQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, MaxLimit);
        using var lease = _pool.Rent();
        using var select = lease.Database.Prepare(
            "SELECT id, at, actor, action, subject, before, after FROM audit WHERE id < ?1 AND at >= ?2"
            + (query.Subject is null ? "" : " AND subject = ?3")
            + (query.Actor is null ? "" : " AND actor = ?4")
            + " ORDER BY id DESC LIMIT ?5");
        select.Bind(1, query.BeforeId);
        select.Bind(2, query.Since);
        if (query.Subject is not null)
            select.Bind(3, query.Subject);
        if (query.Actor is not null)
            select.Bind(4, query.Actor);
        select.Bind(5, (long)query.Limit);
        var entries = new List<AuditEntry>();
        while (select.Step())
        {
            entries.Add(new AuditEntry(
                select.Long(0), select.Long(1), select.Text(2), select.Text(3), select.Text(4), select.TextOrNull(5),
                select.TextOrNull(6)));
        }

        return entries;
    }

    /// <summary>Appends inside the caller's database transaction, with the change that it records.</summary>
    internal static void Append(Database database, AuditEntry entry)
    {
        using var insert = database.Prepare(
            "INSERT INTO audit (at, actor, action, subject, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        insert.Bind(1, entry.At);
        insert.Bind(2, entry.Actor);
        insert.Bind(3, entry.Action);
        insert.Bind(4, entry.Subject);
        insert.Bind(5, entry.Before);
        insert.Bind(6, entry.After);
        insert.Run();
    }
}
