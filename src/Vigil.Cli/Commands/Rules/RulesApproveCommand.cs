using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules approve</c>: the second person.</summary>
internal static class RulesApproveCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var version = new Argument<int>("version") { Description = "A version that waits for a second person" };
        var reject = new Option<bool>("--reject") { Description = "Refuse it instead" };
        var note = new Option<string>("--note") { Description = "Why", DefaultValueFactory = _ => "" };
        var command = workplace.AddTo(new Command("approve",
            """
            Put a proposed version in force, or refuse it; its author cannot approve it

            Examples:
              vigil rules approve 8
              vigil rules approve 8 --reject --note "would hold up salaries"
            """)
        { version, reject, note }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var (wanted, refused) = (parsed.GetRequiredValue(version), parsed.GetValue(reject));
            var (actor, why) = (workplace.Actor(parsed), parsed.GetValue(note)!);
            var before = RuleSource.InForce(store);
            var result = refused
                ? store.Rules.Reject(wanted, actor, why, Workplace.Now)
                : store.Rules.Approve(wanted, actor, why, Workplace.Now);
            RuleChanges.Require(result, wanted);
            if (!refused && !workplace.IsJson(parsed))
                RuleDiffText.Write(Console.Out, before.Name, $"version {wanted}", RuleSetDiff.Of(before.Parse(), RuleSource.InForce(store).Parse()));
            CliOutput.Write(
                workplace.IsJson(parsed), new RuleChangeAnswer(wanted, refused ? "rejected" : "published", result.InForce),
                CliJson.Default.RuleChangeAnswer,
                refused ? $"Version {wanted} is refused." : $"Version {wanted} is in force.");
            return ExitCode.Ok;
        });
        return command;
    }
}
