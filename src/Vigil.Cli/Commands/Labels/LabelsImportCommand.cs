using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Labels;

namespace Vigil.Cli.Commands.Labels;

/// <summary><c>vigil labels import</c>.</summary>
internal static class LabelsImportCommand
{
    private const int MaxShown = 20;

    public static Command Create()
    {
        var workplace = new Workplace();
        var file = new Argument<string>("file") { Description = "CSV with a header; - reads standard input" };
        var source = new Option<string>("--source")
        {
            Description = "How they became known, of lines that do not say it themselves",
            DefaultValueFactory = _ => LabelSource.Csv,
        };
        source.AcceptOnlyFromAmong([.. LabelSource.All]);
        var command = workplace.AddTo(new Command("import",
            """
            Import labels from a CSV file

            The header names the columns: transaction_id and is_fraud (or label), and where wanted observed_at,
            source and note. Without observed_at they became known now. Lines at fault are left out and shown
            (exit code 1); an import that was broken off is taken up by importing the file again.

            Examples:
              vigil labels import chargebacks.csv --source dispute
              zcat verdicts.csv.gz | vigil labels import - --json
            """)
        { file, source }, writes: true);
        command.SetAction(async (parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var path = parsed.GetRequiredValue(file);
            if (path != "-" && !File.Exists(path))
                throw new CommandException($"there is no file {path}", ExitCode.Usage);
            using var store = workplace.Open(parsed);
            await using var csv = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var isJson = workplace.IsJson(parsed);
            var result = await store.Labels.ImportAsync(
                csv, parsed.GetRequiredValue(source), workplace.Actor(parsed), TimeProvider.System,
                isJson || Console.IsErrorRedirected ? null : new Shown(), shutdown.Token);
            if (isJson)
                Console.WriteLine(JsonSerializer.Serialize(result, CliJson.Default.LabelImport));
            else
                Print(path, result);
            return result.Refused > 0 ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    private static void Print(string path, LabelImport result)
    {
        foreach (var error in result.Errors.Take(MaxShown))
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}, line {error.Line}: {error.Reason}"));
        if (result.Refused > MaxShown)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {result.Refused - MaxShown:N0} more; --json shows {LabelImport.MaxErrors:N0} of them"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Lines:N0} lines: {result.Added:N0} labels added, {result.Unchanged:N0} known already, {result.Refused:N0} refused"));
    }

    private sealed class Shown : IProgress<LabelImport>
    {
        public void Report(LabelImport value) =>
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value.Lines:N0} lines, {value.Added:N0} added \r"));
    }
}
