using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules check</c>: what is wrong with a rule set, or what it costs.</summary>
internal static class RulesCheckCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var file = new Argument<string>("file") { Description = "The file of a rule set, or a version" };
        var command = workplace.AddTo(new Command("check",
            """
            Say everything that is wrong with a rule set, and what each rule costs

            Each mistake comes with its line and column, what was found, what was expected, and a suggestion.
            Nothing is published. Ends with 1 where something is wrong.

            Examples:
              vigil rules check my-rules.json
              vigil rules check my-rules.json --features my-features.json --json
            """)
        { file }, features: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.TryOpen(parsed);
            var source = RuleSource.Load(parsed.GetRequiredValue(file), () => workplace.Open(parsed));
            var check = RuleSetCheck.Run(source.Json, workplace.Features(parsed), source.Version);
            IReadOnlyList<string> unknown = check.Program is { } program && store is not null
                ? [.. program.Lists.Where(list => store.Lists.Find(list) is null)]
                : [];
            if (workplace.IsJson(parsed))
                Console.WriteLine(JsonSerializer.Serialize(Answer(check, unknown), CliJson.Default.CheckAnswer));
            else
                Print(source, check, unknown);
            return check.Program is null ? ExitCode.Incomplete : ExitCode.Ok;
        });
        return command;
    }

    internal sealed record CheckAnswer(
        bool Ok, IReadOnlyList<CheckProblem> Problems, IReadOnlyList<CheckedRule> Rules, long Cost, long MaxCost,
        IReadOnlyList<string> MissingLists);

    internal sealed record CheckProblem(string? Rule, int Line, int Column, string Message);

    internal sealed record CheckedRule(
        string Name, string Rule, string State, long Cost, IReadOnlyList<string> Windows, IReadOnlyList<string> Lists);

    private static CheckAnswer Answer(RuleSetCheck check, IReadOnlyList<string> unknown) => new(
        check.Program is not null,
        [.. check.Problems.Select(p => new CheckProblem(p.Rule, p.Line, p.Column, p.Message))],
        check.Program is null ? [] : [.. Rules(check.Program)],
        check.Program?.Cost ?? 0, RuleProgram.MaxCost, unknown);

    private static IEnumerable<CheckedRule> Rules(RuleProgram program) => program.RuleSet.Rules.Select((rule, i) => new CheckedRule(
        rule.Name, rule.Text, rule.State.ToString().ToLowerInvariant(), program.Summaries[i].Cost,
        [.. program.Summaries[i].Aggregates.Select(AggregateText.Of)], program.Summaries[i].Lists));

    private static void Print(RuleSource source, RuleSetCheck check, IReadOnlyList<string> unknown)
    {
        if (check.Program is not { } program)
        {
            RuleChecks.WriteProblems(source, check.Problems);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{source.Name}: {check.Problems.Count} mistake{(check.Problems.Count == 1 ? "" : "s")}"));
            return;
        }

        var table = new TextTable("rule", "state", "does", "cost", "looks back with");
        foreach (var (rule, line) in Rules(program).Zip(program.RuleSet.Rules))
        {
            table.Add(
                rule.Name, rule.State, line.Text.Split(" when ")[0], rule.Cost.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", rule.Windows));
        }

        if (program.RuleSet.Rules.Count > 0)
            table.Write(Console.Out);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{source.Name} is good: {program.RuleSet.Rules.Count} rule{(program.RuleSet.Rules.Count == 1 ? "" : "s")}, cost {program.Cost:N0} of at most {RuleProgram.MaxCost:N0}"));
        foreach (var list in unknown)
            Console.WriteLine($"note: there is no list {list} yet, so nothing is on it: vigil lists create {list} --type …");
        if (program.RuleSet.Rules.Any(rule => rule.State == RuleState.Draft))
            Console.WriteLine("note: drafts are checked and do nothing else; \"state\": \"shadow\" lets a rule watch");
    }
}
