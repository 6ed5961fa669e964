using System.Text;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Tests.Core.Features;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Decisions;

public sealed class DecisionTests
{
    private const string Category = "\"merchant_category\": \"Gambling\", \"location\": \"Bern\"";

    private static RuleSet Rules(params (string When, Outcome Outcome, string Says)[] rules) =>
        RuleSet.Of("test", [.. rules.Select((r, i) => new Rule($"r{i}", (RuleAction)r.Outcome, r.When) { Says = r.Says })]);

    private static FeatureSet AmountAndHalf() => FeatureSetJson.Parse("""
        {"name": "s", "version": 1, "features": [
          {"name": "amount", "value": "amount", "says": "amount {amount}"},
          {"name": "half", "value": "amount / 2", "says": "half {half}"}]}
        """);

    private static string Reason(Decision decision) => Encoding.UTF8.GetString(decision.Reason);

    /// <summary>A score that is the amount, from 0 to 1; NaN where it is above.</summary>
    private sealed class AmountModel(int features = 1) : Model
    {
        public override ModelKind Kind => ModelKind.Trees;

        public override int FeatureCount => features;

        public override Model WithAttributes(IReadOnlyDictionary<string, string> attributes) => this;

        public override float Score(ReadOnlySpan<float> row) => row[0] switch { 2 => float.NaN, 3 => float.PositiveInfinity, var x => x };

        public override void Score(ReadOnlySpan<float> rows, Span<float> scores) => throw new NotSupportedException();

        public override float Margin(ReadOnlySpan<float> row) => Score(row);

        public override float ExpectedMargin => 0f;

        protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => row.CopyTo(contributions);
    }

    [Fact]
    public void Without_a_model_rules_decide_and_the_decision_says_that_it_is_degraded()
    {
        var e = new Engines(Engines.Set(["amount"]), Rules(("amount > 5", Outcome.Review, "more than 5")));
        e.Decide(0, 5);
        (e.Decision.Outcome, e.Decision.Degraded, e.Decision.Model, float.IsNaN(e.Decision.Score), e.Decision.Rules)
            .ShouldBe((Outcome.Allow, true, ModelKind.None, true, 0UL));
        Reason(e.Decision).ShouldBe("");
        e.Decide(0, 6);
        (e.Decision.Outcome, e.Decision.Rules).ShouldBe((Outcome.Review, 1UL));
        Reason(e.Decision).ShouldBe("more than 5");
    }

    [Theory]
    [InlineData(0.49, Outcome.Allow)]
    [InlineData(0.5, Outcome.Review)]
    [InlineData(0.74, Outcome.Review)]
    [InlineData(0.75, Outcome.Block)]
    [InlineData(1, Outcome.Block)]
    public void A_score_at_a_threshold_is_above_it(double score, Outcome outcome)
    {
        var e = Engines.Of("amount");
        e.Engine.UseModel(new AmountModel(), new Thresholds(0.5, 0.75));
        e.Decide(0, score);
        e.Decision.Outcome.ShouldBe(outcome);
        e.Decision.Degraded.ShouldBeFalse();
        e.Decision.Score.ShouldBe((float)score);
    }

    [Fact]
    public void Equal_thresholds_leave_no_room_for_review_and_never_is_never()
    {
        new Thresholds(0.5, 0.5).Judge(0.5).ShouldBe(Outcome.Block);
        Thresholds.Never.Judge(1).ShouldBe(Outcome.Allow);
        new Thresholds(0, 0).Judge(double.NaN).ShouldBe(Outcome.Allow);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_score_that_is_no_number_leaves_the_decision_to_the_rules(double amount)
    {
        var e = new Engines(Engines.Set(["amount"]), Rules(("amount > 2", Outcome.Review, "above two"), ("score > 0", Outcome.Block, "scored")));
        e.Engine.UseModel(new AmountModel(), new Thresholds(0, 0));
        e.Decide(0, amount);
        e.Decision.Degraded.ShouldBeTrue();
        float.IsNaN(e.Decision.Score).ShouldBeTrue();
        e.Decision.Outcome.ShouldBe(amount > 2 ? Outcome.Review : Outcome.Allow);
        Reason(e.Decision).ShouldBe(amount > 2 ? "above two" : "");
    }

    [Fact]
    public void The_gravest_outcome_wins_whoever_asks_for_it()
    {
        var e = new Engines(Engines.Set(["amount"]), Rules(
            ("amount >= 0.1", Outcome.Review, "one"), ("amount >= 0.2", Outcome.Block, "two"), ("amount >= 0.3", Outcome.Allow, "three")));
        e.Engine.UseModel(new AmountModel(), new Thresholds(0.4, 2));
        foreach (var (amount, outcome, rules, reason) in new[]
        {
            (0.05, Outcome.Allow, 0UL, ""),
            (0.1, Outcome.Review, 1UL, "one"),
            (0.2, Outcome.Block, 3UL, "two; one"),
            (0.4, Outcome.Block, 7UL, "two; one; resembles known frauds"),
        })
        {
            e.Decide(0, amount);
            (e.Decision.Outcome, e.Decision.Rules).ShouldBe((outcome, rules));
            Reason(e.Decision).ShouldBe(reason);
        }
    }

    [Fact]
    public void A_rule_sees_the_score_the_features_and_its_own_aggregates_without_the_transaction_itself()
    {
        var set = Engines.Set(["count(account_id, '1d')"], includeCurrent: true);
        var e = new Engines(set, Rules(("f0 == 2 && count(account_id, '1d') == 1 && is_missing(score)", Outcome.Block, "{f0} {count(account_id, '1d')} {score}")));
        e.Decide(0);
        e.Decision.Outcome.ShouldBe(Outcome.Allow);
        e.Decide(0);
        Reason(e.Decision).ShouldBe("2 1 unknown");
    }

    [Fact]
    public void A_thousand_and_twenty_four_rules_are_the_most_and_the_last_has_its_bit()
    {
        RuleSet Of(int count) => Rules([.. Enumerable.Range(0, count).Select(i => ($"amount == {i}", Outcome.Review, $"r{i}"))]);
        var e = new Engines(Engines.Set(["amount"]), Of(1_024));
        e.Decide(0, 1_023);
        e.Decision.Matched.Count.ShouldBe(1);
        e.Decision.Matched[1_023].ShouldBeTrue();
        e.Decision.RuleResults.Length.ShouldBe(3 * 1_024 / 8);
        Reason(e.Decision).ShouldBe("r1023");
        Should.Throw<RuleSetException>(() => Of(1_025)).Message.ShouldContain("at most 1,024 rules; this one has 1,025");
    }

    [Fact]
    public void A_rule_that_does_not_compile_is_named() =>
        Should.Throw<RuleSetException>(() => new DecisionEngine(Engines.Set(["amount"]), Rules(("amount > 1", Outcome.Review, "a"), ("amont > 1", Outcome.Review, "b"))))
            .Message.ShouldStartWith("line 11, column 28 (rule \"r1\", line 1, column 1 of the expression): unknown name 'amont', did you mean amount?");

    [Fact]
    public void A_model_for_other_features_is_refused_and_the_one_before_stays()
    {
        var e = Engines.Of("amount");
        e.Engine.UseModel(new AmountModel(), new Thresholds(0.5, 2));
        Should.Throw<ArgumentException>(() => e.Engine.UseModel(new AmountModel(2), new Thresholds(0, 0)))
            .Message.ShouldStartWith("The model takes 2 features, the feature set test has 1.");
        e.Decide(0, 0.4);
        (e.Decision.Outcome, e.Decision.Model).ShouldBe((Outcome.Allow, ModelKind.Trees));
    }

    [Fact]
    public void The_reason_of_a_model_names_the_three_strongest_features_that_say_something()
    {
        var set = FeatureSetJson.Parse("""
            {"name": "s", "version": 1, "features": [
              {"name": "amount", "value": "amount", "says": "amount {amount}"},
              {"name": "twice", "value": "2 * amount", "says": "twice {twice} in {location}"},
              {"name": "silent", "value": "1000"},
              {"name": "half", "value": "amount / 2", "says": "half {half}"},
              {"name": "less", "value": "-amount", "says": "less"},
              {"name": "tiny", "value": "amount / 100", "says": "tiny"}]}
            """);
        var e = new Engines(set);
        e.Engine.UseModel(new AmountModel(6), new Thresholds(0.5, 2));
        e.Decide(0, 1, more: "\"location\": \"Zürich\"");
        Reason(e.Decision).ShouldBe("resembles known frauds: twice 2 in Zürich, amount 1, half 0.5");
        e.Decide(0, 0.5);
        Reason(e.Decision).ShouldBe("resembles known frauds: twice 1 in unknown, amount 0.5, half 0.25");
    }

    [Fact]
    public void A_rule_and_the_model_do_not_say_the_same_twice()
    {
        var e = new Engines(AmountAndHalf(), Rules(("amount >= 1", Outcome.Review, "amount {amount} is at or above 1")));
        e.Engine.UseModel(new AmountModel(2), new Thresholds(0.5, 2));
        e.Decide(0, 1);
        Reason(e.Decision).ShouldBe("amount 1 is at or above 1; resembles known frauds: half 0.5");
    }

    [Fact]
    public void The_beginning_of_a_number_is_not_that_number()
    {
        var e = new Engines(AmountAndHalf(), Rules(("amount >= 1", Outcome.Review, "half {amount * 5}, amount {amount + 0.25}, amount {amount * 1000}")));
        e.Engine.UseModel(new AmountModel(2), new Thresholds(0.5, 2));
        e.Decide(0, 1);
        Reason(e.Decision).ShouldBe("half 5, amount 1.25, amount 1,000; resembles known frauds: amount 1, half 0.5");
    }

    /// <summary>A score of 1, and 1 as the contribution of every feature.</summary>
    private sealed class Suspicious(int features) : Model
    {
        public override ModelKind Kind => ModelKind.Trees;

        public override int FeatureCount => features;

        public override Model WithAttributes(IReadOnlyDictionary<string, string> attributes) => this;

        public override float Score(ReadOnlySpan<float> row) => 1f;

        public override void Score(ReadOnlySpan<float> rows, Span<float> scores) => scores.Fill(1f);

        public override float Margin(ReadOnlySpan<float> row) => 1f;

        public override float ExpectedMargin => 0f;

        protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => contributions.Fill(1f);
    }

    [Fact]
    public void A_reason_says_of_a_missing_feature_that_it_is_not_known()
    {
        var set = FeatureSetJson.Parse("""
            {"name": "s", "version": 1, "features": [
              {"name": "usual", "value": "mean(amount, account_id, '1d')", "says": "the usual is {usual}"}]}
            """);
        var e = new Engines(set);
        e.Engine.UseModel(new Suspicious(1), new Thresholds(0.5, 2));
        e.Decide(0, 1);
        Reason(e.Decision).ShouldBe("resembles known frauds: usual is not known");
    }

    [Fact]
    public void Numbers_in_reasons_are_rounded_for_people()
    {
        var e = new Engines(Engines.Set(["amount"]), Rules(("true", Outcome.Review, "{amount} {1234567.891} {1.0 / 3} {0.001} {1e30} {has(location)} {'x'}")));
        e.Decide(0, 5000);
        Reason(e.Decision).ShouldBe("5,000 1,234,567.89 0.33 0 1,000,000,000,000,000,000,000,000,000,000 0 x");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("handbook")]
    public void A_decision_allocates_nothing_once_warm_whether_allowed_or_flagged(string features)
    {
        var e = new Engines(FeatureSets.Load(features), TestRules.Guide);
        var model = FeatureSets.Load(features).Features.Count;
        e.Engine.UseModel(new AmountModel(model), new Thresholds(0.5, 0.9));
        int flagged = 0, sequence = 0;
        var transactions = Enumerable.Range(0, 200).Select(i => Payment.Of(
            id: $"t{i}", account: $"a{i % 5}", amount: (i % 4) switch { 0 => "0.01", 1 => "0.75", 2 => "1", _ => "6000" }, more: $"{Category}, \"merchant_id\": \"m{i % 3}\"")).ToArray();
        var start = transactions[0].Time;
        void Run(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var transaction in transactions)
                {
                    transaction.Time = start + sequence * 3_600_000_000L;
                    e.Engine.Decide(transaction, sequence++, e.Decision);
                    flagged += e.Decision.Outcome == Outcome.Allow ? 0 : 1;
                }
            }
        }

        Run(40);
        flagged = 0;
        Allocations.Of(() => Run(50)).ShouldBe(0);
        flagged.ShouldBe(7_500);
    }
}
