using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists show</c>.</summary>
internal static class ListsShowCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "The list" };
        var value = new Option<string?>("--value") { Description = "Only this value: is it on the list, until when, and why?" };
        var limit = new Option<int>("--limit") { Description = "Most entries to show, 1 to 1000", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > ListStore.MaxPage)
                r.AddError($"--limit is from 1 to {ListStore.MaxPage}.");
        });
        var command = workplace.AddTo(new Command("show",
            """
            Show what is on a list now

            Examples:
              vigil lists show blocked_ips
              vigil lists show blocked_ips --value 203.0.113.7
            """)
        { name, value, limit });
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var list = parsed.GetRequiredValue(name);
            var now = Workplace.Now;
            var page = store.Lists.Entries(list, now, limit: parsed.GetValue(limit));
            ListChanges.Require(page is null ? ListChangeKind.NotFound : ListChangeKind.Done, list);
            var entries = parsed.GetValue(value) is not { } wanted ? page!.Entries
                : store.Lists.FindEntry(list, wanted, now) is { } found ? [found] : [];
            if (workplace.IsJson(parsed))
            {
                Console.WriteLine(JsonSerializer.Serialize(entries.Select(Shown).ToList(), CliJson.Default.ListShownEntry));
                return ExitCode.Ok;
            }

            Print(list, entries, parsed.GetValue(value) is null && page!.Next is not null);
            return entries.Count == 0 && parsed.GetValue(value) is not null ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    internal sealed record ShownEntry(string Value, string? ExpiresAt, string? Note, string AddedAt, string Actor);

    internal static ShownEntry Shown(ListEntry entry) => new(
        entry.Value, entry.ExpiresAt is { } expires ? Timestamp.Format(expires) : null, entry.Note,
        Timestamp.Format(entry.AddedAt), entry.Actor);

    private static void Print(string list, IReadOnlyList<ListEntry> entries, bool more)
    {
        if (entries.Count == 0)
        {
            Console.WriteLine($"Not on the list {list}.");
            return;
        }

        var table = new TextTable("value", "until", "added", "by", "note");
        foreach (var entry in entries)
        {
            table.Add(
                entry.Value, entry.ExpiresAt is { } expires ? Timestamp.Format(expires)[..19] : "for ever",
                Timestamp.Format(entry.AddedAt)[..19], entry.Actor, entry.Note ?? "");
        }

        table.Write(Console.Out);
        if (more)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and more: vigil lists export {list} writes all of them"));
    }
}
