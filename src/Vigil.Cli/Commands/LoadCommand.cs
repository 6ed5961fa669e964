using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Detection;
using Vigil.Detection.Sources;
using Vigil.Storage;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil load</c>: decides and stores the transactions of files.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "CSV with a header, NDJSON or the benchmark's compact CSV; gzipped or not",
            Arity = ArgumentArity.OneOrMore,
        };
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var features = new Option<string?>("--features")
        {
            Description = "Feature set while no model is in charge: the name of one that ships, or a file (default: default)",
        };
        var json = new Option<bool>("--json") { Description = "Write the summary as JSON" };
        var command = new Command("load", "Decide and store the transactions of files; goes on where it was stopped")
        {
            files, database, models, features, json,
        };
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            var names = parsed.GetRequiredValue(files);
            if (names.FirstOrDefault(name => !File.Exists(name)) is { } missing)
                throw new CommandException($"there is no file {missing}", ExitCode.Usage);
            return Task.FromResult(Run(names, paths, parsed.GetValue(features), parsed.GetValue(json), shutdown.Token));
        });
        return command;
    }

    private static int Run(string[] files, DataPaths paths, string? features, bool json, CancellationToken cancel)
    {
        paths.CreateFolder();
        using var store = Store.Open(paths.Database);
        using var writer = store.OpenWriter(Durability.Process);
        var setup = KnownEngines.Current(store, paths.OpenRegistry(), features);
        var loader = new FileLoader(writer, new BatchDecider(writer, setup, TimeProvider.System), TimeProvider.System);
        var results = new List<FileSummary>();
        try
        {
            foreach (var file in files)
                results.Add(Load(loader, file, cancel));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("vigil: stopped; what was loaded is stored, and the same command goes on from there");
            return ExitCode.Interrupted;
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(results, CliJson.Default.ListFileSummary));
        else
            results.ForEach(Print);
        return results.Exists(r => r.Rejected > 0) ? ExitCode.Incomplete : ExitCode.Ok;
    }

    private static FileSummary Load(FileLoader loader, string file, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var before = -1L;
        var result = new StepProgress().Run($"Loading {Path.GetFileName(file)}", report => loader.Load(
            file,
            progress =>
            {
                if (before < 0)
                    before = Math.Max(0, progress.Rows - 4_096);
                report(progress.Done, Text(progress, (progress.Rows - before) / watch.Elapsed.TotalSeconds));
            },
            cancel));
        return new FileSummary(
            Path.GetFullPath(file), result.Rows, result.Loaded, result.Repeated, result.Rejected,
            result.Rejected == 0 ? null : Path.GetFullPath(FileLoader.RejectsPath(file)),
            Math.Round(watch.Elapsed.TotalSeconds, 3));
    }

    private static string Text(LoadProgress progress, double rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{progress.Rows:N0} rows, {rate:N0}/s");

    private static void Print(FileSummary file)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file.File}: {file.Rows:N0} rows, {file.Loaded:N0} loaded, {file.Repeated:N0} stored before, {file.Rejected:N0} rejected, {file.Seconds:F1} s"));
        if (file.RejectsFile is not null)
            Console.WriteLine($"  rejected rows with line, field and reason: {file.RejectsFile}");
    }

    /// <summary>What became of a file's rows, earlier attempts included; the seconds are of this one.</summary>
    internal sealed record FileSummary(
        string File, long Rows, long Loaded, long Repeated, long Rejected, string? RejectsFile, double Seconds);
}
