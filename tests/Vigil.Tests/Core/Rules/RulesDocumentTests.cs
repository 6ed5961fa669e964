using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Tests.Core.Expressions;

namespace Vigil.Tests.Core.Rules;

/// <summary>docs/rules.md says nothing that is not so: its files check, its mistakes are told as it says, its tables hold.</summary>
public sealed class RulesDocumentTests
{
    private static string Document([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "..", "docs", "rules.md"));

    private static string Section(string title) =>
        Document().Split("\n## ").Single(s => s.StartsWith(title + "\n", StringComparison.Ordinal));

    [Fact]
    public void Each_rule_of_the_cookbook_passes_the_check_and_together_they_make_a_set()
    {
        var rules = Fenced("json").Matches(Section("Cookbook")).Select(m => m.Groups[1].Value).ToList();
        rules.Count.ShouldBe(15);
        foreach (var rule in rules)
            Check($$"""{"name": "one", "rules": [{{rule}}]}""").ShouldBe("", rule);
        Check($$"""{"name": "all", "rules": [{{string.Join(",\n", rules)}}]}""").ShouldBe("");
    }

    [Fact]
    public void The_first_rule_passes_the_check() =>
        Check(Fenced("json").Match(Section("Your first rule")).Groups[1].Value).ShouldBe("");

    [Fact]
    public void Each_mistake_is_told_as_the_page_tells_it()
    {
        var examples = Fenced("").Match(Section("Error messages")).Groups[1].Value.Trim().Split("\n\n");
        examples.Length.ShouldBeGreaterThan(12);
        foreach (var example in examples)
        {
            var (rule, message) = (example.Split('\n')[0], example.Split('\n')[1]);
            var problem = Should.Throw<RuleSetException>(() => RuleProgram.Compile(TestRules.Of("review when " + rule), FeatureSets.Load("default")), rule);
            problem.InnerException.ShouldBeOfType<ExpressionException>().Message.ShouldBe(message);
        }
    }

    /// <summary>device_id is missing in the payment that these look at.</summary>
    [Fact]
    public void The_truth_tables_hold()
    {
        var truths = new Dictionary<string, string> { ["true"] = "amount > 1", ["false"] = "amount < 1", ["missing"] = "device_id == 'x'" };
        var rows = Section("When something is missing").Split('\n').Where(l => l.StartsWith("| true", StringComparison.Ordinal)
            || l.StartsWith("| false", StringComparison.Ordinal) || l.StartsWith("| missing", StringComparison.Ordinal)).ToList();
        rows.Count.ShouldBe(8);
        foreach (var cells in rows.Select(r => r.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)))
        {
            if (cells.Length == 2)
            {
                Truth($"!({truths[cells[0]]})").ShouldBe(cells[1]);
                continue;
            }

            Truth($"{truths[cells[0]]} && {truths[cells[1]]}").ShouldBe(cells[2]);
            Truth($"{truths[cells[0]]} || {truths[cells[1]]}").ShouldBe(cells[3]);
        }
    }

    [Theory]
    [InlineData("device_id == 'Bern'")]
    [InlineData("device_id != 'Bern'")]
    [InlineData("!(device_id == 'Bern')")]
    [InlineData("device_id in ['Bern']")]
    [InlineData("device_id.startsWith('x')")]
    [InlineData("device_id.matches('x')")]
    [InlineData("device_id in list('blocked')")]
    [InlineData("number(device_id) > 1")]
    [InlineData("attributes.absent > 1")]
    [InlineData("attributes.absent.deeper == 1")]
    [InlineData("missing > 1")]
    [InlineData("!(missing > 1)")]
    [InlineData("missing == missing")]
    [InlineData("amount / 0 > 1")]
    [InlineData("sqrt(0 - amount) > 1")]
    [InlineData("number(location) > 1")]
    [InlineData("amount > 1 ? missing > 1 : true")]
    public void What_looks_at_something_missing_is_missing(string rule) => Truth(rule).ShouldBe("missing");

    [Theory]
    [InlineData("!has(device_id)")]
    [InlineData("!has(device_id) || device_id != 'Bern'")]
    [InlineData("coalesce(attributes.absent, 1) == 1")]
    [InlineData("coalesce(device_id, 'none') == 'none'")]
    [InlineData("is_missing(missing)")]
    [InlineData("is_missing(device_id)")]
    [InlineData("7 / 2 == 3 && 7.0 / 2 == 3.5")]
    [InlineData("true || false && false")]
    public void What_is_said_of_the_missing_holds(string rule) => Truth(rule).ShouldBe("true");

    private static string Truth(string rule)
    {
        var scope = new Scope
        {
            Features = new Dictionary<string, int> { ["missing"] = 0 },
            Aggregates = _ => 0,
            Lists = _ => 0,
        };
        var row = new Row(Core.Transactions.Payment.Decode(Evaluate.Document), 1, 1) { Lists = [new Vigil.Core.Rules.Lists.ValueList()] };
        row.Features[0] = double.NaN;
        return ExpressionCompiler.Condition(rule, scope).Evaluate(row) switch
        {
            Vigil.Core.Expressions.Truth.True => "true",
            Vigil.Core.Expressions.Truth.False => "false",
            Vigil.Core.Expressions.Truth.Missing => "missing",
            _ => "failed",
        };
    }

    private static string Check(string json) =>
        string.Join('\n', RuleSetCheck.Run(json, FeatureSets.Load("default")).Problems.Select(p => p.Message));

    private static Regex Fenced(string language) => new($"```{language}\n(.*?)\n```", RegexOptions.Singleline);
}
