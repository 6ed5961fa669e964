using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Backup;
using Vigil.Storage.Backup;

namespace Vigil.Cli.Commands.Backup;

/// <summary><c>vigil restore-drill</c>: proves that a backup can be restored.</summary>
internal static class RestoreDrillCommand
{
    private static readonly Argument<string> Backup = new("backup") { Description = "The backup's folder, or its manifest.json" };

    private static readonly Option<string?> On = new("--on")
    {
        Description = "A database of the server to restore on, beside which a scratch database is made (default: DATABASE_URL). Of a backup of SQLite: not needed",
        HelpName = "url",
    };

    private static readonly Option<long> Replay = new("--replay")
    {
        Description = "Make so many decisions again, from the first on, and compare them; 0 for none",
        DefaultValueFactory = _ => 20_000,
        HelpName = "decisions",
    };

    private static readonly Option<string?> Models = new("--models") { Description = "Folder of the models, where the backup has none", HelpName = "folder" };

    private static readonly Option<string?> Metrics = new("--metrics-file")
    {
        Description = "Write when the drill succeeded and how long it took, for node_exporter's textfile collector",
        HelpName = "file",
    };

    private static readonly RestoreOptions Options = new();

    public static Command Create()
    {
        var command = new Command("restore-drill",
            """
            Restore a backup into a scratch database, compare it with what was backed up, and drop it again

            Compares rows and checksums of every table, sums of amounts, Kafka positions, the sequence, the audit trail's
            chain, and makes decisions again. The exit code is 1 where anything differs, 3 where it could not be restored.

            Examples:
              vigil restore-drill /backups/vigil-20261127T020000Z --key private.asc
              vigil restore-drill /backups/vigil-20261127T020000Z --on postgresql://drill@spare/postgres --json
            """)
        { Backup, On, Replay, Models, Metrics };
        Options.AddTo(command);
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var shutdown = new Shutdown();
        var settings = Settings.Read();
        var backup = BackupReader.Open(parsed.GetValue(Backup)!, parsed.GetValue(Options.Key));
        var drill = new Drill(backup, parsed.GetValue(Replay), parsed.GetValue(Models));
        var report = new StepProgress().Run("Drilling", progress => backup.Manifest.Kind == BackupManifest.Postgres
            ? drill.OnPostgres(
                RestoreOptions.Url(parsed.GetValue(On) ?? settings["DATABASE_URL"]
                    ?? throw new CommandException("name a server to restore on with --on (or DATABASE_URL)", ExitCode.Usage)),
                Options.Admin(parsed, settings), what => progress(0.5, what), shutdown.Token)
            : drill.OnFile(what => progress(0.5, what), shutdown.Token));
        if (parsed.GetValue(Metrics) is { } file && report.Differences.Count == 0)
            BackupMetricsFile.Write(file, report, TimeProvider.System);
        if (parsed.GetValue(Options.Json))
            Console.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.DrillReport));
        else
            Print(report);
        return report.Differences.Count == 0 ? ExitCode.Ok : ExitCode.Incomplete;
    }

    private static void Print(DrillReport report)
    {
        foreach (var difference in report.Differences)
            Console.WriteLine(difference);
        foreach (var (what, seconds) in report.Seconds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-8} {seconds,8:N1} s"));
        Console.WriteLine($"replay   {report.Replay}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Transactions:N0} transactions of {report.Tables} tables, audit head {report.AuditHead?.ToString() ?? "none"}: {report.Differences.Count} differences"));
    }
}
