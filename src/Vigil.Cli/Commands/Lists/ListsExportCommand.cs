using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists export</c>.</summary>
internal static class ListsExportCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "The list" };
        var output = new Option<FileInfo?>("--out") { Description = "File to write (default: standard output)" };
        var command = new Command("export",
            """
            Write what is on a list now as CSV, which import reads

            Example:
              vigil lists export blocked_ips --out addresses.csv
            """)
        { name, output };
        workplace.AddTo(command);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var list = parsed.GetRequiredValue(name);
            ListChanges.Require(store.Lists.Find(list) is null ? ListChangeKind.NotFound : ListChangeKind.Done, list);
            using var file = parsed.GetValue(output) is { } wanted ? new StreamWriter(wanted.FullName) { NewLine = "\n" } : null;
            var to = file ?? Console.Out;
            to.WriteLine("value,expires_at,note");
            foreach (var entry in store.Lists.Export(list, Workplace.Now))
                to.WriteLine($"{Quoted(entry.Value)},{(entry.ExpiresAt is { } expires ? Timestamp.Format(expires) : "")},{Quoted(entry.Note ?? "")}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
