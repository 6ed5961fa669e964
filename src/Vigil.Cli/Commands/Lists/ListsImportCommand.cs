using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists import</c>.</summary>
internal static class ListsImportCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "The list" };
        var file = new Argument<string>("file") { Description = "CSV with the columns value, expires_at, note (the first is enough); - reads standard input" };
        var until = new Option<string?>("--until") { Description = "When values go off again that say nothing themselves (default: never)" };
        var command = workplace.AddTo(new Command("import",
            """
            Put the values of a CSV file on a list

            All lines are checked before the first is stored. Values that are on the list already stay.

            Examples:
              vigil lists import blocked_ips addresses.csv --until 30d
              grep -v '^#' bad.txt | vigil lists import blocked_ips -
            """)
        { name, file, until }, writes: true);
        command.SetAction(async (parsed, _) =>
        {
            using var shutdown = new Shutdown();
            using var store = workplace.Open(parsed);
            var (list, path) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(file));
            if (path != "-" && !File.Exists(path))
                throw new CommandException($"there is no file {path}", ExitCode.Usage);
            long? expires = parsed.GetValue(until) is { } typed ? TimeArgument.Later(typed, "--until") : null;
            await using var csv = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            var result = await store.Lists.ImportAsync(
                list, csv, expires, workplace.Actor(parsed), Workplace.Now, null, shutdown.Token);
            if (result.Kind != ListChangeKind.InvalidValue)
                ListChanges.Require(result.Kind, list);
            if (workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(result, CliJson.Default.ListImport));
            else
                Print(list, path, result);
            return result.Kind == ListChangeKind.InvalidValue ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    private static void Print(string list, string path, ListImport result)
    {
        foreach (var error in result.Errors)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}, line {error.Line}: {error.Reason}"));
        Console.WriteLine(result.Kind == ListChangeKind.InvalidValue
            ? "Nothing was stored: mend these lines first."
            : string.Create(
                CultureInfo.InvariantCulture, $"{result.Lines:N0} lines: {result.Added:N0} put on {list}, {result.Unchanged:N0} there already"));
    }
}
