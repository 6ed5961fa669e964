using System.Diagnostics;
using System.Globalization;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Storage.Backup;
using Vigil.Storage.Postgres;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Backup;

/// <summary>Restores a backup into a scratch database and looks whether it is what was backed up.</summary>
internal sealed class Drill(BackupReader backup, long replay, string? models)
{
    private readonly Dictionary<string, double> _seconds = [];
    private readonly List<string> _differences = [];
    private readonly Stopwatch _total = Stopwatch.StartNew();
    private string _replay = "none was asked for";

    public DrillReport OnPostgres(PostgresUrl server, PostgresUrl? admin, Action<string> progress, CancellationToken cancel)
    {
        Check(progress, cancel);
        var watch = Stopwatch.StartNew();
        return new PostgresRestore(server, admin).Drill(
            backup,
            url =>
            {
                _seconds["restore"] = watch.Elapsed.TotalSeconds;
                Look(() => PostgresRestore.Facts(url), progress);
                Measure("migrate", () => PostgresRestore.Migrate(url));
                using var store = Store.Open(url);
                return LookInside(store, progress, cancel);
            },
            progress, cancel);
    }

    public DrillReport OnFile(Action<string> progress, CancellationToken cancel)
    {
        Check(progress, cancel);
        var watch = Stopwatch.StartNew();
        var folder = Directory.CreateTempSubdirectory("vigil-");
        try
        {
            return SqliteRestore.Drill(
                backup, folder.FullName,
                path =>
                {
                    _seconds["restore"] = watch.Elapsed.TotalSeconds;
                    Look(() => SqliteRestore.Facts(path), progress);
                    using var store = Store.Open(path);
                    return LookInside(store, progress, cancel);
                },
                progress, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Check(Action<string> progress, CancellationToken cancel)
    {
        progress("checking the backup");
        Measure("check", () => backup.Verify(cancel));
    }

    private void Look(Func<DatabaseFacts> facts, Action<string> progress)
    {
        progress("comparing");
        Measure("compare", () => _differences.AddRange(backup.Manifest.Facts.DifferencesTo(facts())));
    }

    private DrillReport LookInside(Store store, Action<string> progress, CancellationToken cancel)
    {
        var facts = backup.Manifest.Facts;
        if (facts.Missing != 0)
            _differences.Add(string.Create(CultureInfo.InvariantCulture, $"the sequence has {facts.Gaps} gaps, and {facts.Missing} numbers more than transactions, archived ones included"));
        progress("verifying the audit trail");
        Measure("audit", () =>
        {
            if (store.Audit.Verify(facts.AuditHead) is { IsIntact: false } broken)
                _differences.Add($"the audit trail: {(broken.BrokenId is { } id ? $"entry {id} " : "it ")}{broken.Problem}");
        });
        if (replay > 0)
        {
            progress("making decisions again");
            Measure("replay", () => Replay(store, cancel));
        }

        _seconds["total"] = _total.Elapsed.TotalSeconds;
        return new DrillReport(
            backup.Folder, backup.Manifest.MadeAt, facts.Transactions, facts.Tables.Count, facts.AuditHead, _replay,
            _seconds.ToDictionary(step => step.Key, step => Math.Round(step.Value, 3)), _differences);
    }

    private void Replay(Store store, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-");
        try
        {
            backup.ExtractModels(folder.FullName, cancel);
            var registry = new FolderRegistry(models ?? folder.FullName);
            var replayer = new Replayer(store, versions => KnownEngines.Model(registry, versions), version => KnownEngines.Rules(store, version));
            var report = replayer.Run(1, _ => { }, cancel, replay);
            _replay = string.Create(CultureInfo.InvariantCulture, $"{report.Decisions:N0} decisions made again, {report.Different:N0} differ");
            if (report.Different > 0)
                _differences.Add($"{_replay}, the first {report.Differences[0].Sequence} in {report.Differences[0].What}");
        }
        catch (Exception e) when (e is RegistryException or InvalidDataException)
        {
            // What decisions rest on may be kept elsewhere; that they could not be made again is said, not hidden.
            _replay = $"not possible: {e.Message}";
            if (backup.Manifest.Models is not null || models is not null)
                _differences.Add($"decisions could not be made again: {e.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Measure(string what, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        _seconds[what] = watch.Elapsed.TotalSeconds;
    }
}
