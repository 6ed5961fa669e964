using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Detection.Replay;
using Vigil.Storage;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil replay</c>: makes every stored decision again and compares.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var verify = new Option<bool>("--verify") { Description = "Exit with 1 where a decision comes out otherwise" };
        var from = new Option<long>("--from")
        {
            Description = "Compare decisions from this sequence number on (the state is always rebuilt from the first)",
            DefaultValueFactory = _ => 1,
        };
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var json = new Option<bool>("--json") { Description = "Write the report as JSON" };
        var command = new Command("replay", "Derive every stored decision again from the transactions, and compare bit for bit")
        {
            verify, from, database, models, json,
        };
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            paths.RequireDatabase();
            using var store = Store.Open(paths.Database);
            var report = Run(store, paths.OpenRegistry(), parsed.GetValue(from), shutdown.Token);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.ReplayReport));
            else
                Print(report);
            return Task.FromResult(report.Different > 0 && parsed.GetValue(verify) ? ExitCode.Incomplete : ExitCode.Ok);
        });
        return command;
    }

    private static ReplayReport Run(Store store, ModelRegistry registry, long from, CancellationToken cancel)
    {
        var total = Math.Max(1, store.Summary().Processed);
        var replayer = new Replayer(store, versions => KnownEngines.Model(registry, versions), version => KnownEngines.Rules(store, version), ControlSettings.Key(Settings.Read()));
        return new StepProgress().Run("Replaying", report => replayer.Run(
            from,
            reached => report(
                Math.Min(1, (double)reached / total),
                string.Create(CultureInfo.InvariantCulture, $"{reached:N0} decisions")),
            cancel));
    }

    private static void Print(ReplayReport report)
    {
        foreach (var difference in report.Differences)
        {
            Console.WriteLine(
                $"decision {difference.Sequence} ({difference.TransactionId}), {difference.What}: stored {difference.Stored}, derived {difference.Derived}");
        }

        var outcomes = string.Join(", ", report.Outcomes.Select(o =>
            string.Create(CultureInfo.InvariantCulture, $"{o.Value:N0} {o.Key}").ToLowerInvariant()));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Decisions:N0} decisions replayed ({outcomes}), {report.Different:N0} differ"));
        if (report.NotCompared > 0)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.NotCompared:N0} were not compared: payments that they rest on are archived; vigil lifecycle restore brings those back"));
        }
    }
}
