using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists list</c>.</summary>
internal static class ListsListCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var command = workplace.AddTo(new Command("list", "Name the lists and count their entries"));
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var now = Workplace.Now;
            var lists = store.Lists.List().Where(list => !list.IsReserved)
                .Select(list => new Entry(list.Name, ListTypeText.Of(list.Type), store.Lists.Count(list.Id, now), list.Description))
                .ToList();
            if (workplace.IsJson(parsed))
            {
                Console.WriteLine(JsonSerializer.Serialize(lists, CliJson.Default.ListEntries));
                return ExitCode.Ok;
            }

            if (lists.Count == 0)
                Console.WriteLine("There is no list yet: vigil lists create NAME --type ip makes one.");
            var table = new TextTable("name", "type", "entries", "description");
            foreach (var list in lists)
                table.Add(list.Name, list.Type, list.Entries.ToString("N0", CultureInfo.InvariantCulture), list.Description);
            if (lists.Count > 0)
                table.Write(Console.Out);
            return ExitCode.Ok;
        });
        return command;
    }

    internal sealed record Entry(string Name, string Type, long Entries, string Description);
}
