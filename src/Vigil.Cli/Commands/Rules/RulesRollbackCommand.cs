using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules rollback</c>: puts an earlier version in force again.</summary>
internal static class RulesRollbackCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var version = new Argument<int>("version") { Description = "A version that has been in force before" };
        var reason = new Option<string>("--reason") { Description = "Why, for those who read the history", Required = true };
        var command = workplace.AddTo(new Command("rollback",
            """
            Put an earlier version in force again, at once and without a second person

            Example:
              vigil rules rollback 3 --reason "version 4 holds up salaries"
            """)
        { version, reason }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var wanted = parsed.GetRequiredValue(version);
            var before = RuleSource.InForce(store);
            var result = store.Rules.Rollback(wanted, workplace.Actor(parsed), parsed.GetRequiredValue(reason), Workplace.Now);
            RuleChanges.Require(result, wanted);
            CliOutput.Write(
                workplace.IsJson(parsed), new RuleChangeAnswer(wanted, "published", result.InForce), CliJson.Default.RuleChangeAnswer,
                $"Version {wanted} is in force again, in place of {before.Name}.");
            return ExitCode.Ok;
        });
        return command;
    }
}
