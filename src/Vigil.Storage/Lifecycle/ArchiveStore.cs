using System.Globalization;
using Vigil.Core.Transactions;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lifecycle;

/// <summary>
/// Months of payments that leave the table for compressed files, and come back. Whatever fails, and whenever, each payment
/// is in the table, in a whole archive, or for a while in both; the same command again goes on from there.
/// </summary>
public sealed class ArchiveStore
{
    private readonly ConnectionPool _pool;

    internal ArchiveStore(ConnectionPool pool) => _pool = pool;

    /// <summary>All that were ever made, by time.</summary>
    public IReadOnlyList<ArchiveRecord> List()
    {
        using var lease = _pool.Rent();
        return ArchiveSql.List(lease.Database);
    }

    /// <summary>Payments with event times before this are archived, or were; null where none are. Microseconds since the epoch.</summary>
    public long? ArchivedUntil()
    {
        using var lease = _pool.Rent();
        return lease.Database.Scalar("SELECT max(to_time) FROM archives WHERE state <> 'restored'");
    }

    /// <summary>What the policy says of each month that it says something about, the oldest first.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    public IReadOnlyList<MonthPlan> Plan(LifecyclePolicy policy, long now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        using var lease = _pool.Rent();
        var database = lease.Database;
        var archives = ArchiveSql.List(database);
        var (hot, kept) = (policy.FirstHot(now), policy.FirstKept(now));
        var first = archives.Select(archive => archive.FromTime).Append(database.Scalar(database.TimeBounds.First) ?? long.MaxValue).Min();
        var plan = new List<MonthPlan>();
        if (first == long.MaxValue)
            return plan;
        for (var month = LifecyclePolicy.MonthOf(first); month < hot; month = month.AddMonths(1))
        {
            var found = Of(database, month, archives, kept);
            if (found.Rows > 0 || found.Archives.Count > 0)
                plan.Add(found);
        }

        return plan;
    }

    /// <summary>Takes a month out of the table and into an archive.</summary>
    /// <param name="month">Its first day; no payment of it may be the newest of all.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="vigil">Version of the program.</param>
    /// <param name="actor">Who does so.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <param name="progress">Told what is done: writing, verifying, published, removing, done; and how many rows of it.</param>
    /// <param name="cancel">Stops it; the table is then as it was.</param>
    /// <exception cref="StorageException">It is held, changed meanwhile, or cannot be written. The table is as it was.</exception>
    public ArchiveRecord Archive(
        DateOnly month, ArchiveFolder folder, string vigil, string actor, long now, Action<string, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        var (from, to) = (LifecyclePolicy.StartOf(month), LifecyclePolicy.StartOf(month.AddMonths(1)));
        var name = NameFor(month);
        var seen = Look(from, to, month);
        RequireReplaceable(folder, name, from, to);
        progress("writing", 0);
        var draft = folder.StartDraft(name);
        var (file, totals) = ArchiveFile.Write(
            draft, ArchiveSql.Rows(_pool, new RowRange(ToSequence: seen.Head, FromTime: from, ToTime: to), seen.Label), rows => progress("writing", rows), cancel);
        if (totals.Rows == 0)
            throw new StorageException(StorageFailure.Other, $"there are no payments of {month:yyyy-MM} in the database");
        ArchiveFile.WriteManifest(draft, Manifest(name, vigil, from, to, now, totals, file));
        progress("verifying", 0);
        ArchiveReader.Open(draft).Verify(cancel, rows => progress("verifying", rows));
        folder.Publish(draft, name);
        progress("published", totals.Rows);
        var record = new ArchiveRecord(
            name, ArchiveState.Archived, from, to, totals.FirstSequence, totals.LastSequence, totals.Rows, file.Bytes, now, now, actor);
        progress("removing", totals.Rows);
        _pool.Write(database =>
        {
            RequireUnchanged(database, seen, from, to, totals);
            RequireNotHeld(database, from, to, $"{month:yyyy-MM} cannot be archived");
            ArchiveMove.Remove(database, month, seen.Head);
            if (ArchiveSql.Count(database, from, to) > 0)
                throw new StorageException(StorageFailure.Other, $"not all rows of {month:yyyy-MM} could be taken out: nothing was changed");
            ArchiveSql.Save(database, record);
            AuditLog.Append(database, new AuditEntry(
                0, now, actor, "archive.create", $"archive {name}", null,
                string.Create(CultureInfo.InvariantCulture, $"{totals.Rows} transactions, sha256 {file.Sha256}")));
            return true;
        });
        progress("done", totals.Rows);
        return record;
    }

    /// <summary>Puts the rows of an archive back into the table. Its files stay; it is not archived again before it is by name.</summary>
    /// <param name="name">The archive.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="actor">Who does so.</param>
    /// <param name="now">Microseconds since the epoch.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <param name="cancel">Stops it; the table is then as it was.</param>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="StorageException">It would double rows, or is of another database. The table is as it was.</exception>
    public ArchiveRecord Restore(string name, ArchiveFolder folder, string actor, long now, Action<string, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        var archive = ArchiveReader.Open(folder.Of(name));
        archive.Verify(cancel, rows => progress("verifying", rows));
        var manifest = archive.Manifest;
        RequireSameDatabase(manifest);
        var month = LifecyclePolicy.MonthOf(manifest.FromTime);
        var count = 0L;
        using var lease = _pool.Rent();
        var database = lease.Database;
        ArchiveMove.Prepare(database, month);
        try
        {
            // Without the turn to write: decisions go on beside it.
            database.BeginAside();
            RequireAbsent(database, manifest);
            ArchiveMove.Insert(database, month, Counted(archive.Rows(cancel)));
            ArchiveMove.InsertLabels(database, archive.Rows(cancel).SelectMany(row => row.Labels.Select(label => (row.Seq, label))));
            if (ArchiveSql.Count(database, manifest.FromTime, manifest.ToTime, manifest.Totals.LastSequence, manifest.Totals.FirstSequence - 1) != manifest.Totals.Rows)
                throw new StorageException(StorageFailure.Constraint, $"{name} was not restored whole: nothing was changed");
            var record = new ArchiveRecord(
                name, ArchiveState.Restored, manifest.FromTime, manifest.ToTime, manifest.Totals.FirstSequence, manifest.Totals.LastSequence,
                manifest.Totals.Rows, manifest.File.Bytes, new DateTimeOffset(manifest.CreatedAt).ToUnixTimeMilliseconds() * 1_000, now, actor);
            ArchiveSql.Save(database, record);
            AuditLog.Append(database, new AuditEntry(
                0, now, actor, "archive.restore", $"archive {name}", null, string.Create(CultureInfo.InvariantCulture, $"{manifest.Totals.Rows} transactions")));
            database.Commit();
            return record;
        }
        finally
        {
            database.Rollback();
        }

        IEnumerable<ArchivedTransaction> Counted(IEnumerable<ArchivedTransaction> rows)
        {
            foreach (var row in rows)
            {
                if (++count % 1_000 == 0)
                    progress("restoring", count);
                yield return row;
            }
        }
    }

    /// <summary>Deletes an archive for ever, and the ids and labels of its transactions.</summary>
    /// <exception cref="StorageException">Something in it is held.</exception>
    public ArchiveRecord Expire(string name, ArchiveFolder folder, string actor, long now, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var record = List().FirstOrDefault(archive => archive.Name == name)
            ?? throw new StorageException(StorageFailure.Other, $"the database knows of no archive {name}");
        if (record.State == ArchiveState.Restored)
            throw new StorageException(StorageFailure.InUse, $"{name} was restored, and its payments are in the database: archive it first");
        if (record.State == ArchiveState.Archived)
        {
            var archive = ArchiveReader.Open(folder.Of(name));
            if (HoldOn(archive, cancel) is { } hold)
                throw new StorageException(StorageFailure.InUse, $"{name} cannot be deleted: {hold} is on payments in it");
            foreach (var rows in archive.Rows(cancel).Chunk(5_000))
            {
                _pool.Write(database =>
                {
                    ArchiveMove.Forget(database, rows);
                    return true;
                });
            }

            record = record with { State = ArchiveState.Expired, ChangedAt = now, Actor = actor };
            _pool.Write(database =>
            {
                ArchiveSql.Save(database, record);
                AuditLog.Append(database, new AuditEntry(
                    0, now, actor, "archive.expire", $"archive {name}", string.Create(CultureInfo.InvariantCulture, $"{record.Rows} transactions"), null));
                return true;
            });
        }

        folder.Delete(name);
        return record;
    }

    /// <summary>A hold in force on a payment in an archive; null for none.</summary>
    public Hold? HoldOn(ArchiveReader archive, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(archive);
        List<Hold> holds;
        using (var lease = _pool.Rent())
            holds = HoldStore.InForce(lease.Database).FindAll(hold => hold.Overlaps(archive.Manifest.FromTime, archive.Manifest.ToTime));
        return holds.Find(hold => hold.Kind == HoldKind.Time) is { } whole ? whole
            : holds.Count == 0 ? null
            : archive.Rows(cancel).Select(row => holds.Find(hold => hold.Covers(row.TransactionId, row.AccountId, row.Time))).FirstOrDefault(hold => hold is not null);
    }

    /// <exception cref="StorageException">A hold is on payments of these times.</exception>
    internal static void RequireNotHeld(Database database, long from, long to, string problem)
    {
        if (HoldStore.On(database, from, to) is [var hold, ..])
            throw new StorageException(StorageFailure.InUse, $"{problem}: {hold} is on payments in it; it ends with vigil lifecycle release {hold.Id}");
    }

    private static MonthPlan Of(Database database, DateOnly month, List<ArchiveRecord> archives, DateOnly kept)
    {
        var (from, to) = (LifecyclePolicy.StartOf(month), LifecyclePolicy.StartOf(month.AddMonths(1)));
        var mine = archives.Where(archive => archive.FromTime == from && archive.State != ArchiveState.Expired).ToList();
        var rows = ArchiveSql.Count(database, from, to);
        var step = mine.Exists(archive => archive.State == ArchiveState.Restored) ? LifecycleStep.Restored
            : rows > 0 ? LifecycleStep.Archive
            : month < kept ? LifecycleStep.Expire : LifecycleStep.Keep;
        return new MonthPlan(month, rows, mine, step, step == LifecycleStep.Archive ? HoldStore.On(database, from, to) : []);
    }

    /// <summary>2025-01; where that is archived already, 2025-01.2 and so on for what came later.</summary>
    private string NameFor(DateOnly month)
    {
        var taken = List().Where(archive => archive.State != ArchiveState.Restored).Select(archive => archive.Name).ToHashSet(StringComparer.Ordinal);
        var first = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var name = first;
        for (var i = 2; taken.Contains(name); i++)
            name = string.Create(CultureInfo.InvariantCulture, $"{first}.{i}");
        return name;
    }

    /// <summary>Where the record ends before the rows are read, so that whatever changes later is seen to.</summary>
    private Seen Look(long from, long to, DateOnly month)
    {
        using var lease = _pool.Rent();
        var database = lease.Database;
        RequireNotHeld(database, from, to, $"{month:yyyy-MM} cannot be archived");
        var seen = new Seen(
            database.Scalar("SELECT max(seq) FROM transactions") ?? 0, database.Scalar("SELECT max(id) FROM labels") ?? 0,
            database.Scalar("SELECT max(id) FROM audit") ?? 0);
        if (ArchiveSql.Count(database, from, to, long.MaxValue, seen.Head - 1) > 0)
        {
            throw new StorageException(
                StorageFailure.InUse, $"{month:yyyy-MM} has the newest payment of all, from which numbers go on: it stays until there is one of a later month");
        }

        return seen;
    }

    /// <summary>A folder of this name is of a run that was killed before it took the rows out, or of a month that was restored: its rows are in the table.</summary>
    private void RequireReplaceable(ArchiveFolder folder, string name, long from, long to)
    {
        if (!Directory.Exists(folder.Of(name)))
            return;
        var manifest = ArchiveReader.Open(folder.Of(name)).Manifest;
        RequireSameDatabase(manifest);
        using var lease = _pool.Rent();
        if (ArchiveSql.Count(lease.Database, from, to, manifest.Totals.LastSequence, manifest.Totals.FirstSequence - 1) < manifest.Totals.Rows)
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"the folder {folder.Of(name)} holds payments that are neither in the database nor known to it as archived: restore it first (vigil lifecycle restore {name}), or move it away");
        }
    }

    private static void RequireUnchanged(Database database, Seen seen, long from, long to, ArchiveTotals totals)
    {
        var changes = Changed(database, $"SELECT count(*) FROM labels l JOIN transactions t ON t.seq = l.seq WHERE l.id > ?1 AND {database.IsBetween}", seen.Label)
            + Changed(database, $"SELECT count(*) FROM audit a JOIN {database.Ids} i ON i.transaction_id = a.subject JOIN transactions t ON t.seq = i.seq WHERE a.id > ?1 AND {database.IsBetween}", seen.Audit);
        if (changes > 0 || ArchiveSql.Count(database, from, to) != totals.Rows)
            throw new StorageException(StorageFailure.Busy, "payments of this month, or what is known of them, changed while they were archived: nothing was changed, run it again");

        long Changed(Database of, string sql, long after)
        {
            using var count = of.Prepare(sql);
            count.Bind(1, after);
            count.Bind(3, from);
            count.Bind(4, to);
            count.Step();
            return count.Long(0);
        }
    }

    private static void RequireAbsent(Database database, ArchiveManifest manifest)
    {
        if (ArchiveSql.Count(database, manifest.FromTime, manifest.ToTime, manifest.Totals.LastSequence, manifest.Totals.FirstSequence - 1) is var there and > 0)
        {
            throw new StorageException(
                StorageFailure.InUse,
                $"{there} payments of {manifest.Name} are in the database already, and restoring would double them: nothing was changed");
        }

        foreach (var (id, versions) in manifest.Engines)
        {
            if (!Engines.Find(database, versions).Equals(long.Parse(id, CultureInfo.InvariantCulture)))
                throw new StorageException(StorageFailure.Other, $"the versions that decided {manifest.Name} (engine {id}) are not in this database: restore its backup first");
        }
    }

    private void RequireSameDatabase(ArchiveManifest manifest)
    {
        if (manifest.DatabaseMadeAt != MadeAt())
            throw new StorageException(StorageFailure.Other, $"{manifest.Name} is an archive of another database ({manifest.Database}, made at {manifest.DatabaseMadeAt}): nothing was changed");
    }

    private string MadeAt()
    {
        using var lease = _pool.Rent();
        return Store.MadeAt(lease.Database);
    }

    private ArchiveManifest Manifest(string name, string vigil, long from, long to, long now, ArchiveTotals totals, Backup.BackupFile file)
    {
        using var lease = _pool.Rent();
        var database = lease.Database;
        var engines = new SortedDictionary<string, EngineVersions>(StringComparer.Ordinal);
        var features = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, versions) in Engines.All(database))
            engines.Add(id.ToString(CultureInfo.InvariantCulture), versions);
        using (var select = database.Prepare("SELECT hash, content FROM feature_sets"))
        {
            while (select.Step())
                features.Add(select.Text(0), select.Text(1));
        }

        return new ArchiveManifest(
            ArchiveManifest.CurrentFormat, vigil, name, _pool.Place, Store.MadeAt(database),
            (int)(database.Scalar("SELECT max(version) FROM schema_migrations") ?? 0), Timestamp.ToDateTime(now), from, to, totals, file,
            engines, features);
    }

    /// <summary>How far the record went.</summary>
    private readonly record struct Seen(long Head, long Label, long Audit);
}
