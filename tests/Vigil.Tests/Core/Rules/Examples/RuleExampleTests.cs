using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Examples;

namespace Vigil.Tests.Core.Rules.Examples;

public class RuleExampleTests
{
    private static readonly FeatureSet Features = FeatureSets.Load("default");

    private static readonly RuleSet Rules = TestRules.Json(
        "",
        """{ "name": "many_in_a_minute", "rule": "review when count(card_id, '1m') >= 3", "says": "{count(card_id, '1m')} in a minute" }""",
        """{ "name": "far", "rule": "block when amount_to_mean_90d > 10", "state": "shadow" }""",
        """{ "name": "sure", "rule": "tag('sure') when score > 0.9", "state": "draft" }""");

    [Theory]
    [InlineData("""{ "history": [ { "ago": "30s", "times": 3 } ], "transaction": { "card_id": "K1" }, "expect": { "rules": ["many_in_a_minute"], "outcome": "review", "says": "3 in a minute" } }""")]
    [InlineData("""{ "history": [ { "ago": "30s", "times": 2 }, { "ago": "2m" } ], "transaction": { "card_id": "K1" }, "expect": { "rules": [], "outcome": "allow" } }""")]
    [InlineData("""{ "history": [ { "ago": "3d", "amount": 5 } ], "transaction": { "amount": 500, "card_id": "K" }, "expect": { "rules": ["far"], "outcome": "allow" } }""")]
    [InlineData("""{ "transaction": { "card_id": "K" }, "score": 0.95, "expect": { "rules": ["sure"], "missing": ["far"] } }""")]
    [InlineData("""{ "transaction": { "amount": 1 }, "expect": { "not_rules": ["far"] } }""")]
    public void An_example_that_holds_passes(string example) => Run(example).Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("""{ "transaction": { "card_id": "K" }, "expect": { "rules": ["many_in_a_minute"] } }""", "many_in_a_minute should match and does not")]
    [InlineData("""{ "history": [ { "ago": "3d", "amount": 5 } ], "transaction": { "amount": 500 }, "expect": { "rules": [] } }""", "far matches and should not")]
    [InlineData("""{ "transaction": { }, "expect": { "rules": ["far"] } }""", "far should match and could not be told: something that it needs is missing")]
    [InlineData("""{ "transaction": { }, "expect": { "outcome": "block" } }""", "the outcome is allow and should be block")]
    [InlineData("""{ "transaction": { }, "expect": { "not_rules": ["fra"] } }""", "there is no rule fra; did you mean \"far\"?")]
    public void An_example_that_does_not_hold_says_what_is_otherwise(string example, string problem) =>
        Run(example).Problems.ShouldContain(problem);

    [Fact]
    public void Earlier_transactions_are_like_the_last_but_for_what_they_say()
    {
        var example = RuleExampleJson.Parse(
            """{ "examples": [ { "transaction": { "timestamp": "2026-02-03T04:05:06Z", "amount": 7, "ip": "1.2.3.4" }, "history": [ { "ago": "1h", "amount": 9 } ], "expect": {} } ] }""")[0];

        System.Text.Encoding.UTF8.GetString(example.History[0]).ShouldBe(
            """{"timestamp":"2026-02-03T03:05:06.000000Z","amount":9,"ip":"1.2.3.4","transaction_id":"earlier 1","account_id":"A1"}""");
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("""{ "examples": [] }""", "has no \"examples\"")]
    [InlineData("""{ "examples": [ { "transcation": {} } ] }""", "did you mean \"transaction\"?")]
    [InlineData("""{ "examples": [ { "transaction": {} } ] }""", "expects nothing")]
    [InlineData("""{ "examples": [ { "history": [ { "ago": "soon" } ], "expect": {} } ] }""", "expected a span of time")]
    [InlineData("""{ "examples": [ { "transaction": { "amount": "much" }, "expect": {} } ] }""", "its transaction is none")]
    public void A_mistake_in_a_file_says_what_to_write(string json, string problem) =>
        Should.Throw<RuleExampleException>(() => new RuleExampleRunner(Rules, Features).Run(RuleExampleJson.Parse(json)[0]))
            .Message.ShouldContain(problem);

    private static RuleExampleResult Run(string example) => new RuleExampleRunner(Rules, Features)
        .Run(RuleExampleJson.Parse($$"""{ "examples": [ {{example}} ] }""")[0]);
}
