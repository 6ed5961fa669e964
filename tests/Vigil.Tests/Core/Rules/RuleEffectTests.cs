using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Tests.Core.Features;

namespace Vigil.Tests.Core.Rules;

/// <summary>Which matches have effect, and which effect wins.</summary>
public sealed class RuleEffectTests
{
    /// <summary>A score that is a tenth of the amount.</summary>
    private sealed class Tenth : Model
    {
        public override ModelKind Kind => ModelKind.Trees;

        public override int FeatureCount => 1;

        public override Model WithAttributes(IReadOnlyDictionary<string, string> attributes) => this;

        public override float Score(ReadOnlySpan<float> row) => row[0] / 10;

        public override void Score(ReadOnlySpan<float> rows, Span<float> scores) => throw new NotSupportedException();

        public override float Margin(ReadOnlySpan<float> row) => Score(row);

        public override float ExpectedMargin => 0f;

        protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => contributions.Clear();
    }

    private static Engines Of(RuleSet rules, bool model = false)
    {
        var e = new Engines(Engines.Set(["amount"]), rules);
        if (model)
            e.Engine.UseModel(new Tenth(), new Thresholds(0.5, 0.9));
        return e;
    }

    private static string Rule(string rule, string more = "") => Named("r" + Guid.NewGuid().ToString("N")[..8], rule, more);

    private static string Named(string name, string rule, string more = "") =>
        $$"""{ "name": "{{name}}", "rule": "{{rule}}"{{(more.Length > 0 ? ", " + more : "")}} }""";

    private static RuleSet Set(params string[] rules) => TestRules.Json("1", rules);

    private static string Reason(Engines e) => Encoding.UTF8.GetString(e.Decision.Reason);

    [Theory]
    // Without override the gravest wins, the model's included.
    [InlineData(Outcome.Review, 1, "allow when amount > 0", "", "review when amount > 0", "")]
    [InlineData(Outcome.Block, 1, "block when amount > 0", "", "review when amount > 0", "")]
    [InlineData(Outcome.Block, 9.5, "allow when amount > 0", "", "review when amount > 0", "")]
    // With it, the gravest of those that override, whatever the others and the model say.
    [InlineData(Outcome.Allow, 9.5, "allow when amount > 0", "\"override\": true", "block when amount > 0", "")]
    [InlineData(Outcome.Review, 9.5, "review when amount > 0", "\"override\": true", "block when amount > 0", "")]
    [InlineData(Outcome.Block, 1, "allow when amount > 0", "\"override\": true", "block when amount > 0", "\"override\": true")]
    [InlineData(Outcome.Review, 1, "allow when amount > 5", "\"override\": true", "review when amount > 0", "")]
    // What has no effect does not override.
    [InlineData(Outcome.Review, 1, "allow when amount > 0", "\"override\": true, \"state\": \"shadow\"", "review when amount > 0", "")]
    public void Conflicts_are_settled_as_written(Outcome outcome, double amount, string one, string oneMore, string other, string otherMore)
    {
        var e = Of(Set(Rule(one, oneMore), Rule(other, otherMore)), model: true);
        e.Decide(0, amount);
        e.Decision.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void A_draft_is_not_evaluated_a_shadow_is_recorded_and_an_active_rule_has_effect()
    {
        var e = Of(Set(Rule("block when amount > 0", "\"state\": \"draft\""), Rule("block when amount > 0", "\"state\": \"shadow\""), Rule("review when amount > 0")));
        e.Decide(0, 1);
        (e.Decision.Outcome, e.Decision.Rules, e.Decision.Shadows, e.Decision.Gaps).ShouldBe((Outcome.Review, 4UL, 2UL, 0UL));
        e.Engine.Rules.Aggregates.ShouldBeEmpty();
        new Engines(Engines.Set(["amount"]), Set(Rule("block when count(ip, '1h') > 0", "\"state\": \"draft\""))).Engine.Rules.Aggregates.ShouldBeEmpty();
    }

    [Fact]
    public void An_expired_rule_is_not_evaluated_from_its_moment_of_event_time_on()
    {
        var e = Of(Set(Rule("block when amount > 0", "\"expires\": \"2026-01-02T00:00:00Z\"")));
        e.Decide(1 - 1e-6, 1);
        e.Decision.Outcome.ShouldBe(Outcome.Block);
        e.Decide(1, 1);
        (e.Decision.Outcome, e.Decision.Rules, e.Decision.Shadows).ShouldBe((Outcome.Allow, 0UL, 0UL));
    }

    [Fact]
    public void A_percentage_is_a_stable_share_of_entities_that_grows_by_adding_and_differs_by_rule()
    {
        HashSet<int> In(string name, double percent)
        {
            var e = Of(Set(Named(name, "block when amount > 0", $"\"percent\": {percent.ToString(System.Globalization.CultureInfo.InvariantCulture)}, \"by\": \"device_id\"")));
            var members = new HashSet<int>();
            for (var i = 0; i < 4_000; i++)
            {
                e.Decide(0, 1, more: $"\"device_id\": \"D{i}\"");
                if (e.Decision.Rules == 1)
                    members.Add(i);
                (e.Decision.Rules + e.Decision.Shadows).ShouldBe(1UL, "outside of the share it is in shadow");
            }

            return members;
        }

        var (ten, thirty, other) = (In("one", 10), In("one", 30), In("two", 30));
        ten.Count.ShouldBeInRange(320, 480);
        thirty.Count.ShouldBeInRange(1_080, 1_320);
        ten.IsSubsetOf(thirty).ShouldBeTrue();
        other.Intersect(thirty).Count().ShouldBeInRange(280, 440, "another rule draws on its own");
        In("one", 10).SetEquals(ten).ShouldBeTrue();
        // Computed apart from this program, from the description of the hash: it never changes.
        RuleJudge.PercentileOf("one", "D1"u8).ShouldBe(0.3108407528704671);
        RuleJudge.PercentileOf("high_amount", "ACC-0000001"u8).ShouldBe(39.43961638390557);

        var e = Of(Set(Rule("block when amount > 0", "\"percent\": 99.9, \"by\": \"device_id\"")));
        e.Decide(0, 1);
        e.Decision.Shadows.ShouldBe(1UL, "without the value it is out");
    }

    [Fact]
    public void A_snooze_spares_one_entity_of_one_rule_until_its_date()
    {
        var e = Of(Set(Named("one", "block when amount > 0"), Named("two", "review when amount > 0")));
        e.Engine.Lists.Apply(new ListChange(1, "snooze/one", ListType.Text, "account_id=a"u8, true, Engines.Day(5)));
        e.Decide(4);
        (e.Decision.Outcome, e.Decision.Rules, e.Decision.Shadows).ShouldBe((Outcome.Review, 2UL, 1UL));
        e.Decide(4, account: "b");
        e.Decision.Outcome.ShouldBe(Outcome.Block);
        e.Decide(5);
        e.Decision.Outcome.ShouldBe(Outcome.Block);
        e.Engine.Lists.Apply(new ListChange(2, "snooze/one", ListType.Text, "account_id=a"u8, false));
        e.Decide(4);
        e.Decision.Outcome.ShouldBe(Outcome.Block);
    }

    [Fact]
    public void Points_move_the_score_that_thresholds_judge_and_the_stored_score_stays_the_models()
    {
        var e = Of(Set(Rule("score(+30) when amount >= 3"), Rule("score(-20) when amount == 6"), Rule("score(+10) when amount >= 3", "\"state\": \"shadow\"")), model: true);
        e.Decide(0, 2);
        e.Decision.Outcome.ShouldBe(Outcome.Allow);
        e.Decide(0, 3);
        (e.Decision.Outcome, e.Decision.Score, e.Engine.Rules.RuleSet.PointsOf(e.Decision.Matched)).ShouldBe((Outcome.Review, 0.3f, 30));
        e.Decide(0, 6);
        (e.Decision.Outcome, e.Engine.Rules.RuleSet.PointsOf(e.Decision.Matched)).ShouldBe((Outcome.Review, 10));
        e.Decide(0, 7);
        e.Decision.Outcome.ShouldBe(Outcome.Block);
    }

    [Fact]
    public void Without_a_model_or_with_one_in_shadow_points_are_judged_by_their_own_thresholds()
    {
        var json = """
            { "name": "test", "model": { "state": "shadow" }, "points": { "review": 50, "block": 90 },
              "rules": [ { "name": "a", "rule": "score(+50) when amount >= 1" }, { "name": "b", "rule": "score(+40) when amount >= 2" } ] }
            """;
        foreach (var model in new[] { false, true })
        {
            var e = Of(RuleSetJson.Parse(json, "1"), model);
            foreach (var (amount, outcome) in new[] { (0.5, Outcome.Allow), (1, Outcome.Review), (2, Outcome.Block), (0.99, Outcome.Allow) })
            {
                e.Decide(0, amount);
                (e.Decision.Outcome, float.IsNaN(e.Decision.Score)).ShouldBe((outcome, !model));
            }
        }

        var plain = Of(Set(Rule("score(+100) when amount > 0")));
        plain.Decide(0, 1);
        plain.Decision.Outcome.ShouldBe(Outcome.Allow, "no thresholds of points, no effect");
    }

    [Fact]
    public void Reasons_come_by_priority_then_gravity_then_position_and_tags_are_no_reason()
    {
        var e = Of(Set(
            Named("a", "review when amount > 0"), Named("b", "block when amount > 0"), Named("c", "review when amount > 0", "\"priority\": 5, \"says\": \"first of {amount}\""),
            Named("d", "tag('seen') when amount > 0"), Named("e", "score(+1) when amount > 0"), Named("f", "block when amount > 0", "\"state\": \"shadow\"")));
        e.Decide(0, 7);
        Reason(e).ShouldBe("first of 7; b; a; e");
        e.Engine.Rules.RuleSet.TagsOf(e.Decision.Matched).ShouldBe(["seen"]);
    }

    [Fact]
    public void Rules_see_features_as_they_are_stored()
    {
        var e = new Engines(Engines.Set(["amount / 3"]), Set(Rule("review when f0 == 1.0 / 3.0"), Rule("review when f0 > 0.3333333 && f0 < 0.3333334")));
        e.Decide(0, 1);
        e.Decision.Rules.ShouldBe(2UL, "a third is rounded to 32 bits");
    }

    [Fact]
    public void A_warm_decision_with_many_rules_allocates_nothing()
    {
        var rules = Enumerable.Range(0, 100).Select(i => Named($"r{i}", (i % 4) switch
        {
            0 => $"review when amount > {i} && merchant_category == 'x{i}'",
            1 => $"score(+1) when count(account_id, '{1 + i % 20}h') > 100 || f0 > 1000",
            2 => $"block when device_id in list('bad') && amount > {i}",
            _ => $"tag('t') when amount > {i % 50}",
        }, i % 4 == 2 ? "\"percent\": 50" : ""));
        var set = Set([.. rules]);
        var engine = new Vigil.Core.DecisionEngine(Engines.Set(["amount"]), set);
        for (var i = 0; i < 100_000; i++)
            engine.Lists.Apply(new ListChange(i + 1, "bad", ListType.Text, Encoding.UTF8.GetBytes($"D{i}"), true));
        engine.Lists.Apply(new ListChange(200_000, "snooze/r3", ListType.Text, "account_id=zz"u8, true));
        var decision = engine.NewDecision();
        var transactions = Enumerable.Range(0, 64).Select(i => Vigil.Tests.Core.Transactions.Payment.Of(
            account: $"a{i % 8}", time: "2026-01-01T00:00:00Z", amount: "40", more: $"\"device_id\": \"D{i * 3_000}\"")).ToArray();
        var sequence = 0L;
        void Run(int times)
        {
            for (var i = 0; i < times; i++)
                engine.Decide(transactions[i & 63], sequence++, decision);
        }

        Run(70_000);
        Allocations.Of(() => Run(4_000)).ShouldBe(0);
    }
}
