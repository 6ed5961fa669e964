using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var command = options.AddTo(new Command("plan",
            """
            Say what the policy wants done with each month, and what forbids it; changes nothing

            Examples:
              vigil lifecycle plan
              vigil lifecycle plan --hot-months 7 --json | jq '.[] | select(.holds != [])'
            """), policy: true);
        command.SetAction(parsed =>
        {
            var policy = options.Policy(parsed);
            using var store = options.Workplace.Open(parsed);
            var plan = store.Archives.Plan(policy, Workplace.Now).Select(Shown).ToList();
            if (options.Workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(plan, CliJson.Default.ListPlannedMonth));
            else
                Print(plan, policy);
            return ExitCode.Ok;
        });
        return command;
    }

    private static PlannedMonth Shown(MonthPlan month) => new(
        month.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), month.Rows, [.. month.Archives.Select(archive => archive.Name)],
        month.Step.ToString().ToLowerInvariant(), [.. month.Holds.Select(hold => hold.ToString())]);

    private static void Print(List<PlannedMonth> plan, LifecyclePolicy policy)
    {
        Console.WriteLine($"{policy.HotMonths} months in the database, archives until they are {policy.ColdMonths} months old");
        if (plan.Count == 0)
        {
            Console.WriteLine("No payment is old enough to be archived.");
            return;
        }

        var table = new TextTable("month", "payments", "archives", "to do");
        foreach (var month in plan)
        {
            table.Add(
                month.Month, month.Rows.ToString("N0", CultureInfo.InvariantCulture), string.Join(" ", month.Archives),
                month.Holds.Count > 0 ? $"{month.Step}: not while there is {string.Join(", ", month.Holds)}"
                    : month.Step == "restored" ? "stays, restored, until it is archived by name" : month.Step);
        }

        table.Write(Console.Out);
    }

    /// <param name="Month">Such as 2025-01.</param>
    /// <param name="Rows">Payments in the database.</param>
    /// <param name="Archives">Their names.</param>
    /// <param name="Step">keep, archive, restored or expire.</param>
    /// <param name="Holds">What forbids it, in words.</param>
    internal sealed record PlannedMonth(string Month, long Rows, IReadOnlyList<string> Archives, string Step, IReadOnlyList<string> Holds);
}
