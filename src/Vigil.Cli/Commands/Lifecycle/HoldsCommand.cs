using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle holds</c>.</summary>
internal static class HoldsCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var all = new Option<bool>("--all") { Description = "Those that were released, too" };
        var command = options.AddTo(new Command("holds",
            """
            List legal holds

            Example:
              vigil lifecycle holds --all --json
            """)
        { all }, archives: false);
        command.SetAction(parsed =>
        {
            using var store = options.Workplace.Open(parsed);
            var holds = store.Holds.List().Where(hold => hold.IsInForce || parsed.GetValue(all)).ToList();
            if (options.Workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(holds, CliJson.Default.ListHold));
            else
                Print(holds);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(List<Hold> holds)
    {
        if (holds.Count == 0)
        {
            Console.WriteLine("There are no holds.");
            return;
        }

        var table = new TextTable("hold", "on", "placed", "by", "reason", "released");
        foreach (var hold in holds)
        {
            table.Add(
                hold.Id.ToString(CultureInfo.InvariantCulture),
                hold.Kind == HoldKind.Time ? $"{Timestamp.Format(hold.FromTime!.Value)} to {Timestamp.Format(hold.ToTime!.Value)}" : $"{hold.Kind.ToString().ToLowerInvariant()} {hold.Value}",
                Timestamp.Format(hold.PlacedAt), hold.PlacedBy, hold.Reason,
                hold.ReleasedAt is { } at ? $"{Timestamp.Format(at)} by {hold.ReleasedBy}: {hold.ReleaseReason}" : "");
        }

        table.Write(Console.Out);
    }
}
