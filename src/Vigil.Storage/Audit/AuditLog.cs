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
            + (query.ActionPrefix is null ? "" : " AND substr(action, 1, length(?6)) = ?6")
            + " ORDER BY id DESC LIMIT ?5");
        select.Bind(1, query.BeforeId);
        select.Bind(2, query.Since);
        if (query.Subject is not null)
            select.Bind(3, query.Subject);
        if (query.Actor is not null)
            select.Bind(4, query.Actor);
        select.Bind(5, (long)query.Limit);
        if (query.ActionPrefix is not null)
            select.Bind(6, query.ActionPrefix);
        var entries = new List<AuditEntry>();
        while (select.Step())
        {
            entries.Add(ReadEntry(select));
        }

        return entries;
    }

    /// <summary>The end of the chain.</summary>
    public AuditHead Head()
    {
        using var lease = _pool.Rent();
        return Head(lease.Database);
    }

    /// <summary>Computes every hash of the chain again, in one moment of the database.</summary>
    /// <param name="known">A head that was written down before, which must be in the chain; null for none.</param>
    public AuditVerification Verify(AuditHead? known = null)
    {
        using var lease = _pool.Rent();
        return Verify(lease.Database, known);
    }

    /// <summary>Computes the hashes of the newest entries again, on that of the one before them: cheap, for those who look often.</summary>
    /// <param name="entries">How many, at least 1.</param>
    public AuditVerification VerifyNewest(int entries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        using var lease = _pool.Rent();
        using var before = lease.Database.Prepare("SELECT id, height, hash FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?1");
        before.Bind(1, (long)entries);
        if (!before.Step())
            return Verify(lease.Database, null);
        var (id, height, hash) = (before.Long(0), before.Long(1), before.Bytes(2).ToArray());
        before.Dispose();
        return Verify(lease.Database, null, id, height, hash);
    }

    internal static AuditHead Head(Database database)
    {
        using var select = database.Prepare("SELECT height, hash FROM audit ORDER BY id DESC LIMIT 1");
        return select.Step() ? new AuditHead(select.Long(0), Convert.ToHexStringLower(select.Bytes(1))) : new AuditHead(0, "");
    }

    internal static AuditVerification Verify(Database database, AuditHead? known, long afterId = 0, long height = 0, byte[]? hash = null)
    {
        hash ??= [];
        var isKnown = known is null or { Height: 0 };
        using var select = database.Prepare("SELECT id, at, actor, action, subject, before, after, height, hash FROM audit WHERE id > ?1 ORDER BY id", isLong: true);
        select.Bind(1, afterId);
        while (select.Step())
        {
            var entry = ReadEntry(select);
            var expected = AuditChain.Hash(hash, height + 1, entry);
            if (select.Long(7) != height + 1)
                return Broken(entry.Id, $"has place {select.Long(7)} in the chain where {height + 1} follows: entries were taken out or put in before it");
            if (!select.Bytes(8).SequenceEqual(expected))
                return Broken(entry.Id, "is not what was written, or the one before it is not");
            (height, hash) = (height + 1, expected);
            if (known is null || known.Height != height)
                continue;
            isKnown = known.Hash == Convert.ToHexStringLower(hash);
            if (!isKnown)
                return Broken(entry.Id, $"has another hash than was written down at height {height}: the chain was made anew");
        }

        return isKnown
            ? new AuditVerification(true, new AuditHead(height, Convert.ToHexStringLower(hash)), null, null)
            : Broken(null, $"ends at height {height}, before the height {known!.Height} that was written down: its newest entries were taken away");

        AuditVerification Broken(long? id, string problem) =>
            new(false, new AuditHead(height, Convert.ToHexStringLower(hash)), id, problem);
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

    private static AuditEntry ReadEntry(Statement select) => new(
        select.Long(0), select.Long(1), select.Text(2), select.Text(3), select.Text(4), select.TextOrNull(5), select.TextOrNull(6));
}
