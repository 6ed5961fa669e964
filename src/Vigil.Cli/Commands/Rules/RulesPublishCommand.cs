using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules;
using Vigil.Storage;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules publish</c>: puts a rule set in force, or proposes it.</summary>
internal static class RulesPublishCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var file = new Argument<string>("file") { Description = "The file of a rule set" };
        var note = new Option<string>("--note") { Description = "What changes and why, for those who read the history", DefaultValueFactory = _ => "" };
        var basis = new Option<int?>("--based-on") { Description = "The version that you edited: refuse where another one came into force since" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would change" };
        var command = workplace.AddTo(new Command("publish",
            """
            Make a rule set the next version and put it in force

            Every running Vigil takes it over within two seconds. Rules in state shadow watch without effect.
            Where RULES_APPROVAL=required is set, the version waits until somebody else approves it.

            Examples:
              vigil rules publish my-rules.json --note "stop the gift card attack"
              vigil rules publish my-rules.json --dry-run
            """)
        { file, note, basis, dryRun }, features: true, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var source = RuleSource.Load(parsed.GetRequiredValue(file), () => store);
            var program = RuleChecks.Require(source, workplace.Features(parsed));
            KnownEngines.RulesInForce(store); // an empty database gets those that ship first, to go back to
            var inForce = RuleSource.InForce(store);
            var diff = RuleSetDiff.Of(inForce.Parse(), program.RuleSet);
            if (!workplace.IsJson(parsed))
                RuleDiffText.Write(Console.Out, inForce.Name, source.Name, diff);
            if (parsed.GetValue(dryRun))
                return ExitCode.Ok;
            var rules = program.RuleSet;
            var approval = RuleApprovalText.Parse(Settings.Read()[RuleApprovalText.Variable]);
            var result = store.Rules.Publish(
                new NewRuleSet(rules.Name, rules.Content, rules.Hash, parsed.GetValue(note)!, parsed.GetValue(basis)), approval,
                workplace.Actor(parsed), Workplace.Now);
            RuleChanges.Require(result, parsed.GetValue(basis) ?? 0);
            Tell(parsed, workplace, store, program, result);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Tell(ParseResult parsed, Workplace workplace, Store store, RuleProgram program, RuleChangeResult result)
    {
        var version = result.Set!.Version;
        if (workplace.IsJson(parsed))
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new RuleChangeAnswer(version, result.Set.State.ToString().ToLowerInvariant(), result.InForce), CliJson.Default.RuleChangeAnswer));
            return;
        }

        Console.WriteLine(result.Set.State == RuleSetState.Pending
            ? string.Create(CultureInfo.InvariantCulture, $"Version {version} waits for a second person: vigil rules approve {version}")
            : string.Create(CultureInfo.InvariantCulture, $"Version {version} is in force. Back: vigil rules rollback {result.Set.BasedOn ?? version}"));
        foreach (var list in program.Lists.Where(list => store.Lists.Find(list) is null))
            Console.WriteLine($"note: there is no list {list} yet, so nothing is on it: vigil lists create {list} --type …");
    }
}
