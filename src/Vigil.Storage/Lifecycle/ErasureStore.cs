using System.Globalization;
using Vigil.Storage.Audit;
using Vigil.Storage.Data;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Storage.Lifecycle;

/// <summary>Erases what points to a person, in the database and in archives; what must be kept stays under a pseudonym.</summary>
public sealed class ErasureStore
{
    private readonly ConnectionPool _pool;

    internal ErasureStore(ConnectionPool pool) => _pool = pool;

    /// <summary>Whose data was erased here.</summary>
    public IReadOnlyList<Erasure> List()
    {
        using var lease = _pool.Rent();
        return ErasureSql.List(lease.Database);
    }

    /// <summary>The erasures that a database knows of; none where it cannot be read, or is of a former schema. Changes nothing.</summary>
    public static IReadOnlyList<Erasure> ReadFrom(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        try
        {
            using Database database = PostgresUrl.Matches(place) ? Connect(PostgresUrl.Parse(place)) : SqliteDatabase.Open(place);
            return ErasureSql.List(database);
        }
        catch (StorageException)
        {
            return [];
        }
    }

    /// <summary>Erases an account. May be run again, also after it was killed: it finishes what is not done.</summary>
    /// <param name="account">The account.</param>
    /// <param name="entry">The erasure, which is on the list outside of the database already.</param>
    /// <param name="folder">The archives; null where they are left alone.</param>
    /// <param name="dryRun">Whether to count only.</param>
    /// <param name="progress">Told what is looked at.</param>
    /// <param name="cancel">Stops it between two archives.</param>
    /// <exception cref="StorageException">Something of it is held. Nothing was changed.</exception>
    public ErasureCounts Erase(string account, Erasure entry, ArchiveFolder? folder, bool dryRun, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(progress);
        var forgetting = new Forgetting(account, entry.Pseudonym);
        var archives = folder is null ? [] : ArchiveFolder.Names(folder.Path)
            .Select(name => Look(ArchiveReader.Open(folder.Of(name)), forgetting, dryRun, progress, cancel)).Where(found => found.Rows.Count > 0).ToList();
        var archived = archives.SelectMany(archive => archive.Rows).ToList();
        var counts = new ErasureCounts(entry.Pseudonym, 0, archived.Count, [.. archives.Select(archive => archive.Archive.Manifest.Name)], 0, 0, []);
        progress("the database");
        counts = dryRun ? Count(account, entry, forgetting, archived, counts) : Change(account, entry, forgetting, archived, counts);
        if (dryRun)
            return counts;
        foreach (var (archive, _) in archives)
        {
            cancel.ThrowIfCancellationRequested();
            progress(archive.Manifest.Name);
            Rewrite(archive, forgetting, cancel);
        }

        return counts;
    }

    /// <summary>
    /// Erases again whom a list names: in a database that was restored from before, and once more when detectors have read
    /// again what came since.
    /// </summary>
    /// <returns>What was found of each who was still there.</returns>
    public IReadOnlyList<ErasureCounts> Again(IReadOnlyCollection<Erasure> entries, ArchiveFolder? folder, bool dryRun, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var done = new List<ErasureCounts>();
        foreach (var account in Accounts(folder, progress, cancel))
        {
            if (entries.Where(entry => entry.IsOf(account)).MaxBy(entry => entry.At) is not { } entry)
                continue;
            try
            {
                var counts = Erase(account, entry, folder, dryRun, progress, cancel);
                if (counts.Rows + counts.ArchivedRows > 0)
                    done.Add(counts);
            }
            catch (StorageException e) when (e.Failure == StorageFailure.InUse)
            {
                done.Add(new ErasureCounts(entry.Pseudonym, 0, 0, [], 0, 0, [e.Message]));
            }
        }

        return done;
    }

    private static PostgresDatabase Connect(PostgresUrl url)
    {
        var settings = url.ToBuilder();
        settings.Pooling = false;
        return new PostgresDatabase(PostgresConnection.Open(url, settings), url);
    }

    private HashSet<string> Accounts(ArchiveFolder? folder, Action<string> progress, CancellationToken cancel)
    {
        var accounts = new HashSet<string>(StringComparer.Ordinal);
        progress("accounts of the database");
        using (var lease = _pool.Rent())
        using (var select = lease.Database.Prepare("SELECT DISTINCT account_id FROM transactions", isLong: true))
        {
            while (select.Step())
                accounts.Add(select.Text(0));
        }

        foreach (var name in folder is null ? [] : ArchiveFolder.Names(folder.Path))
        {
            progress($"accounts of {name}");
            accounts.UnionWith(ArchiveReader.Open(folder!.Of(name)).Rows(cancel).Select(row => row.AccountId));
        }

        return accounts;
    }

    /// <summary>Reads an archive: what is held in it stops the erasure before anything is changed, and its values are known then.</summary>
    private (ArchiveReader Archive, List<long> Rows) Look(ArchiveReader archive, Forgetting forgetting, bool dryRun, Action<string> progress, CancellationToken cancel)
    {
        progress($"looking into {archive.Manifest.Name}");
        if (!dryRun)
            ArchiveFolder.Tidy(archive.Folder, archive.Manifest.File.Name);
        archive.CheckFile();
        List<Hold> holds;
        using (var lease = _pool.Rent())
            holds = HoldStore.InForce(lease.Database);
        var rows = new List<long>();
        foreach (var row in archive.Rows(cancel).Where(forgetting.IsOf))
        {
            rows.Add(row.Seq);
            Refuse(holds.Find(hold => hold.Covers(row.TransactionId, row.AccountId, row.Time)));
            forgetting.Apply(row);
        }

        return (archive, rows);
    }

    private static void Rewrite(ArchiveReader archive, Forgetting forgetting, CancellationToken cancel)
    {
        // Not to be stopped in the middle of one; where it is killed, the former file is still the archive's.
        var rows = archive.Rows(CancellationToken.None).Select(row => forgetting.IsOf(row) ? forgetting.Apply(row) : row);
        var (file, totals) = ArchiveFile.Write(archive.Folder, rows, _ => { }, CancellationToken.None);
        if (!totals.Matches(archive.Manifest.Totals))
            throw new InvalidDataException($"{archive.Manifest.Name} was not written again as it was: nothing was changed in it");
        ArchiveFile.WriteManifest(archive.Folder, archive.Manifest with { File = file });
        ArchiveReader.Open(archive.Folder).Verify(cancel);
        ArchiveFolder.Tidy(archive.Folder, file.Name);
    }

    private ErasureCounts Count(string account, Erasure entry, Forgetting forgetting, List<long> archived, ErasureCounts counts)
    {
        using var lease = _pool.Rent();
        return Run(lease.Database, account, entry, forgetting, archived, counts, dryRun: true);
    }

    private ErasureCounts Change(string account, Erasure entry, Forgetting forgetting, List<long> archived, ErasureCounts counts)
    {
        using var lease = _pool.Rent();
        ErasureSql.OverwriteDeleted(lease.Database);
        return _pool.Write(lease.Database, database =>
        {
            var done = Run(database, account, entry, forgetting, archived, counts, dryRun: false);
            ErasureSql.RenameHolds(database, account, entry.Pseudonym);
            ErasureSql.Save(database, entry, done.Rows + done.ArchivedRows);
            AuditLog.Append(database, new AuditEntry(
                0, entry.At, entry.Actor, "person.erase", entry.Pseudonym, null,
                string.Create(CultureInfo.InvariantCulture, $"{done.Rows} transactions, {done.ArchivedRows} archived, {done.ListEntries} list entries: {entry.Reason}")));
            return done;
        });
    }

    private static ErasureCounts Run(
        Database database, string account, Erasure entry, Forgetting forgetting, List<long> archived, ErasureCounts counts, bool dryRun)
    {
        var rows = ErasureSql.RowsOf(database, account, entry.At);
        var holds = HoldStore.InForce(database);
        Refuse(holds.Find(hold => hold.Covers("", account, long.MinValue)));
        foreach (var row in rows)
        {
            Refuse(holds.Find(hold => hold.Covers(row.TransactionId, row.AccountId, row.Time)));
            var erased = forgetting.Apply(row);
            if (!dryRun)
                ErasureSql.Update(database, erased);
        }

        var (taken, mentions) = Lists(database, account, forgetting, dryRun);
        mentions.AddRange(ErasureSql.RulesThatName(database, [account, .. forgetting.Values.Select(value => value.Value)]));
        return counts with
        {
            Rows = rows.Count,
            Notes = ErasureSql.Notes(database, rows.Select(row => row.Seq).Concat(archived), dryRun),
            ListEntries = taken,
            Mentions = mentions,
        };
    }

    /// <summary>Values that nobody else has are taken off lists with all that was ever said of them; a device or an address that others use, too, stays: it was listed for what it did.</summary>
    private static (long Taken, List<string> Mentions) Lists(Database database, string account, Forgetting forgetting, bool dryRun)
    {
        var taken = 0L;
        var mentions = new List<string>();
        foreach (var (field, value) in forgetting.Values.Where(value => value.Field != "location").Prepend(("account_id", account)))
        {
            foreach (var spelled in new[] { value, value.ToLowerInvariant(), $"{field}={value}" }.Distinct(StringComparer.Ordinal))
            {
                if (ErasureSql.OnLists(database, spelled) is not (> 0 and var found))
                    continue;
                if (field != "account_id" && ErasureSql.IsShared(database, field, value, account))
                {
                    mentions.Add($"a {field} of the person that other accounts have, too, is on a list");
                    continue;
                }

                taken += found;
                if (!dryRun)
                    ErasureSql.TakeOffLists(database, spelled);
            }
        }

        return (taken, mentions);
    }

    private static void Refuse(Hold? hold)
    {
        if (hold is not null)
            throw new StorageException(StorageFailure.InUse, $"nothing was erased: {hold} is on payments of this account; it ends with vigil lifecycle release {hold.Id}");
    }
}
