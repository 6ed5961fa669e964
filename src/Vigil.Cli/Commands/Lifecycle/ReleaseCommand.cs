using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Lifecycle;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Lifecycle;

/// <summary><c>vigil lifecycle release</c>.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var options = new LifecycleOptions();
        var id = new Argument<long>("hold") { Description = "Number of the hold, as vigil lifecycle holds shows it" };
        var reason = new Option<string>("--reason") { Description = "Why", Required = true };
        var command = options.AddTo(new Command("release",
            """
            End a legal hold

            Example:
              vigil lifecycle release 3 --reason "case closed on 2026-11-02"
            """)
        { id, reason }, writes: true, archives: false);
        command.SetAction(parsed =>
        {
            using var store = options.Workplace.Open(parsed);
            var number = parsed.GetRequiredValue(id);
            var isDry = options.IsDryRun(parsed);
            var found = (isDry ? store.Holds.List().FirstOrDefault(hold => hold.Id == number)
                    : store.Holds.Release(number, parsed.GetRequiredValue(reason), options.Workplace.Actor(parsed), Workplace.Now))
                ?? throw new CommandException($"there is no hold {number}: vigil lifecycle holds lists them");
            if (!found.IsInForce)
                throw new CommandException($"hold {number} was released already, by {found.ReleasedBy}");
            CliOutput.Write(options.Workplace.IsJson(parsed), found, CliJson.Default.Hold, isDry ? $"would be released: {found}" : $"released: {found}");
            return ExitCode.Ok;
        });
        return command;
    }
}
