using System.Globalization;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Lifecycle;
using Vigil.Storage.Postgres;
using Vigil.Storage.Sqlite;

namespace Vigil.Cli.Host.Doctor;

/// <summary>What becomes of the record: backups, the audit trail, room, archives, holds, erasures.</summary>
internal static class RecordChecks
{
    private const int AuditEntries = 1_000;
    private const double Gigabyte = 1e9;

    public static Task LookAsync(DoctorTarget target, Findings findings)
    {
        if (Place(target) is not { } place)
        {
            findings.Add(Finding.Skipped("record", "there is no database of this version to look into: see what was found about it"));
            return Task.CompletedTask;
        }

        using var store = Store.Open(place);
        var (now, processed) = (Timestamp.FromDateTime(target.Time.GetUtcNow().UtcDateTime), store.Summary().Processed);
        var archives = target.Variables("VIGIL_ARCHIVES") ?? Path.Combine(target.Paths().Folder, "archives");
        findings.Try("backup", () => Backup(store.LastBackup() is { } last ? now / Timestamp.Second - last.MadeAt : null, store.LastBackup()?.Bytes ?? 0, processed), "");
        findings.Try("audit", () => Audit(store), "");
        findings.Try("growth", () => Growth(store.Vitals().Size, processed, store.Summary(now - 7 * Timestamp.Day).Processed, Room(target)), "");
        findings.Try("archives", () => Archives(store, archives, now), "");
        findings.Try("policy", () => Policy(store.Archives.Plan(LifecycleOptions.Policy(null, null, target.Variables), now)), "");
        findings.Try("erasures", () => Erasures(store, target), "");
        return Task.CompletedTask;
    }

    /// <summary>As the alert BackupTooOld has it.</summary>
    /// <param name="seconds">Age of the last backup; null for none.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="processed">Payments in the database.</param>
    internal static Finding Backup(long? seconds, long bytes, long processed)
    {
        const string Do = "vigil backup --to /backups --recipient KEY, once a day (deploy/backup); then vigil restore-drill";
        return seconds is not { } age
            ? processed == 0 ? Finding.Skipped("", "nothing to back up yet", Do) : Finding.Warn("", "the database was never backed up", Do)
            : string.Create(CultureInfo.InvariantCulture, $"the last one is {age / 3600.0:0.0} hours old, {bytes / Gigabyte:0.000} GB") is var found && age > 26 * 3_600
                ? Finding.Warn("", found, Do) : Finding.Ok("", found);
    }

    /// <summary>How long the room lasts at the rate of the last seven days.</summary>
    /// <param name="size">Bytes of the database.</param>
    /// <param name="processed">Payments in it.</param>
    /// <param name="lastWeek">Those of the last seven days.</param>
    /// <param name="free">Bytes that are free; null where that is not known.</param>
    internal static Finding Growth(long size, long processed, long lastWeek, long? free)
    {
        const string Do = "enlarge the disk, or keep fewer months in the database: vigil lifecycle plan";
        if (processed == 0)
            return Finding.Skipped("", "no payment was decided yet");
        var daily = (double)size / processed * lastWeek / 7;
        var found = string.Create(CultureInfo.InvariantCulture, $"{size / Gigabyte:0.0} GB, {daily / Gigabyte:0.000} GB a day by the last seven");
        if (free is not { } room)
            return Finding.Ok("", $"{found}; how much room there is, is not known here: set DATABASE_SIZE_LIMIT_GB");
        var days = daily > 0 ? room / daily : double.PositiveInfinity;
        found = days < 10_000 ? string.Create(CultureInfo.InvariantCulture, $"{found}: full in {days:0} days") : found;
        return days < 3 ? Finding.Fail("", found, Do) : days < 30 ? Finding.Warn("", found, Do) : Finding.Ok("", found);
    }

    internal static Finding Policy(IReadOnlyList<MonthPlan> plan)
    {
        var held = plan.Where(month => month.Holds.Count > 0).ToList();
        var (archive, expire) = (Due(plan, LifecycleStep.Archive), Due(plan, LifecycleStep.Expire));
        if (held.Count > 0)
        {
            var holds = string.Join(", ", held.SelectMany(month => month.Holds).Distinct());
            return Finding.Warn("", $"{held.Count} months stay in the database because of {holds}", "nothing while they are needed; else vigil lifecycle release");
        }

        return archive.Count + expire.Count == 0
            ? Finding.Ok("", "no month is older than the policy lets it be")
            : Finding.Warn(
                "", $"{archive.Count} months are to be archived{First(archive)}, {expire.Count} to be deleted{First(expire)}",
                $"{(archive.Count > 0 ? "vigil lifecycle archive" : "")}{(archive.Count > 0 && expire.Count > 0 ? "; " : "")}{(expire.Count > 0 ? "vigil lifecycle expire --dry-run" : "")}");
    }

    private static List<MonthPlan> Due(IReadOnlyList<MonthPlan> plan, LifecycleStep step) => [.. plan.Where(month => month.Step == step)];

    private static string First(List<MonthPlan> months) =>
        months.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (from {months[0].Month:yyyy-MM} on)");

    private static Finding Audit(Store store)
    {
        var found = store.Audit.VerifyNewest(AuditEntries);
        return found.IsIntact
            ? Finding.Ok("", string.Create(CultureInfo.InvariantCulture, $"the chain's last {Math.Min(AuditEntries, found.Head.Height):N0} of {found.Head.Height:N0} entries are as they were written"))
            : Finding.Fail("", $"the chain is broken: {(found.BrokenId is { } id ? $"entry {id} " : "it ")}{found.Problem}", "vigil audit verify; keep the database as it is, and compare with the heads of backups");
    }

    /// <summary>All are looked for, and one is read whole, another one each day.</summary>
    private static Finding Archives(Store store, string folder, long now)
    {
        const string Do = "copy it there again, or name the folder with VIGIL_ARCHIVES; vigil lifecycle archives --verify";
        var archives = store.Archives.List().Where(archive => archive.State == ArchiveState.Archived).ToList();
        if (archives.Count == 0)
            return Finding.Skipped("", "nothing is archived");
        var today = archives[(int)(now / Timestamp.Day % archives.Count)];
        foreach (var archive in archives)
        {
            try
            {
                var reader = ArchiveReader.Open(Path.Combine(folder, archive.Name));
                if (archive == today)
                    reader.CheckFile();
            }
            catch (InvalidDataException e)
            {
                return Finding.Fail("", e.Message, Do);
            }
        }

        return Finding.Ok("", string.Create(CultureInfo.InvariantCulture, $"{archives.Count} in {folder}, {archives.Sum(archive => archive.Rows):N0} payments; {today.Name} has its checksum"));
    }

    private static Finding Erasures(Store store, DoctorTarget target)
    {
        var list = target.Variables("VIGIL_ERASURES") ?? Path.Combine(target.Paths().Folder, "erasures.ndjson");
        var (known, listed) = (store.Erasures.List(), ErasureList.Read(list));
        var missing = known.Count(entry => listed.All(other => other.Pseudonym != entry.Pseudonym));
        return known.Count + listed.Count == 0 ? Finding.Skipped("", "nobody was erased")
            : missing > 0 ? Finding.Fail("", $"{missing} of {known.Count} persons who were erased are not on the list {list}: a restore would bring them back", "vigil lifecycle erase --again makes it anew; name it with VIGIL_ERASURES")
            : listed.Count > known.Count ? Finding.Warn("", $"{listed.Count - known.Count} persons of the list {list} are not erased here", "vigil lifecycle erase --again")
            : Finding.Ok("", $"{known.Count} persons, all on the list {list}");
    }

    private static long? Room(DoctorTarget target) =>
        target.Variables("DATABASE_SIZE_LIMIT_GB") is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var limit) ? (long)(limit * Gigabyte)
        : target.Postgres() is null ? new DriveInfo(Path.GetDirectoryName(target.Paths().Database)!).AvailableFreeSpace : null;

    /// <summary>The database, if it has this version's schema: another is left as it is.</summary>
    private static string? Place(DoctorTarget target)
    {
        try
        {
            if (target.Postgres() is { } url)
            {
                using var server = PostgresInspection.Open(url);
                return server.Version() == PostgresSetup.LatestVersion ? target.Database ?? target.Variables("DATABASE_URL") : null;
            }

            var path = target.Paths().Database;
            if (!File.Exists(path))
                return null;
            using var file = SqliteInspection.Open(path);
            return file.Version() == SqliteInspection.LatestVersion ? path : null;
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
