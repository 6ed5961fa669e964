using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules.Examples;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules test</c>: runs the examples written beside a rule set.</summary>
internal static class RulesTestCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var file = new Argument<string>("file") { Description = "The file of a rule set, or a version" };
        var examples = new Option<string?>("--examples") { Description = "The examples (default: FILE with .test.json in place of .json)" };
        var command = workplace.AddTo(new Command("test",
            """
            Run examples: what happened before, a transaction, and which rules should match it

            An example says what matters to it; the rest of a transaction is made up, and each earlier one is
            like the last but for what it says. my-rules.test.json beside my-rules.json:

              { "examples": [
                  { "name": "the fourth payment within a minute is reviewed",
                    "history": [ { "ago": "30s", "times": 3 } ],
                    "transaction": { "card_id": "K1", "amount": 20 },
                    "expect": { "rules": ["many_in_a_minute"], "outcome": "review" } } ] }

            "expect" can have rules (those that match, and no others), not_rules, missing, outcome, says.
            Also: "score" (of the model), "lists": { "blocked_ips": ["203.0.113.0/24"] }. Ends with 1 where an
            example fails.

            Examples:
              vigil rules test my-rules.json
              vigil rules test 7 --examples my-rules.test.json
            """)
        { file, examples }, features: true);
        command.SetAction(parsed =>
        {
            var named = parsed.GetRequiredValue(file);
            StoreHolder? holder = null;
            try
            {
                var source = RuleSource.Load(named, () => (holder = new StoreHolder(workplace.Open(parsed))).Store);
                var results = Run(source, parsed.GetValue(examples) ?? Path.ChangeExtension(named, ".test.json"), workplace.Features(parsed));
                if (workplace.IsJson(parsed))
                    Console.WriteLine(JsonSerializer.Serialize(results, CliJson.Default.ListRuleExampleResult));
                else
                    Print(results);
                return results.TrueForAll(r => r.Passed) ? ExitCode.Ok : ExitCode.Incomplete;
            }
            finally
            {
                holder?.Dispose();
            }
        });
        return command;
    }

    private sealed class StoreHolder(Storage.Store store) : IDisposable
    {
        public Storage.Store Store => store;

        public void Dispose() => store.Dispose();
    }

    private static List<RuleExampleResult> Run(RuleSource source, string path, Core.Features.FeatureSet features)
    {
        if (!File.Exists(path))
            throw new CommandException($"there is no file {path}: write examples into it (vigil rules test --help shows how)", ExitCode.Usage);
        var program = RuleChecks.Require(source, features);
        try
        {
            var runner = new RuleExampleRunner(program.RuleSet, features);
            return [.. RuleExampleJson.Parse(File.ReadAllText(path)).Select(runner.Run)];
        }
        catch (RuleExampleException e)
        {
            throw new CommandException($"{path}: {e.Message}", ExitCode.Usage, e);
        }
    }

    private static void Print(List<RuleExampleResult> results)
    {
        foreach (var result in results)
        {
            Console.WriteLine($"{(result.Passed ? "passed" : "FAILED")}  {result.Name}");
            foreach (var problem in result.Problems)
                Console.WriteLine($"        {problem}");
            if (!result.Passed && result.Reason.Length > 0)
                Console.WriteLine($"        reasons given: {result.Reason}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{results.Count(r => r.Passed)} passed, {results.Count(r => !r.Passed)} failed"));
    }
}
