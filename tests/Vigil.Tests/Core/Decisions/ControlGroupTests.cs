using System.Text;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Core.Transactions;
using Vigil.Tests.Detection;

namespace Vigil.Tests.Core.Decisions;

public sealed class ControlGroupTests
{
    private static readonly byte[] Key = "0123456789abcdef"u8.ToArray();
    private static readonly FeatureSet Features = FeatureSets.Load("handbook");

    /// <summary>Python: int.from_bytes(hmac.new(key, id, sha256).digest()[:8], "big") >> 11 over 2^53, below 0.1. A replay years later must agree.</summary>
    [Fact]
    public void Who_belongs_to_it_is_frozen()
    {
        var control = new ControlGroup(0.1, Key);
        control.KeyId.ShouldBe("fc234b40");
        Enumerable.Range(0, 60).Where(i => control.Contains(Encoding.UTF8.GetBytes($"t{i}"))).ShouldBe([3, 10, 18, 27]);
    }

    [Fact]
    public void It_holds_its_share_and_another_key_chooses_others()
    {
        var (one, other) = (new ControlGroup(0.05, Key), new ControlGroup(0.05, "another key of 16"u8));
        var (inOne, inOther, inBoth) = (0, 0, 0);
        for (var i = 0; i < 40_000; i++)
        {
            var id = Encoding.UTF8.GetBytes($"payment-{i}");
            var (a, b) = (one.Contains(id), other.Contains(id));
            inOne += a ? 1 : 0;
            inOther += b ? 1 : 0;
            inBoth += a && b ? 1 : 0;
        }

        // Four standard deviations of 40,000 draws.
        ((double)inOne).ShouldBe(2_000, 175);
        ((double)inOther).ShouldBe(2_000, 175);
        ((double)inBoth).ShouldBe(100, 40);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(0.21)]
    [InlineData(double.NaN)]
    public void A_share_out_of_its_range_is_refused(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ControlGroup(share, Key));

    [Fact]
    public void A_key_that_could_be_guessed_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ControlGroup(0.1, "short"u8));

    [Fact]
    public void Of_the_models_blocks_a_share_is_reviewed_and_all_carry_the_propensity()
    {
        var decisions = Decide(0.9f, []);
        decisions.ShouldAllBe(d => d.Propensity == 0.1f);
        decisions.Index().Where(d => d.Item.Outcome == Outcome.Review).Select(d => d.Index).ShouldBe([3, 10, 18, 27]);
        decisions.Count(d => d.Outcome == Outcome.Block).ShouldBe(56);
        decisions[3].Reason.ShouldEndWith("; control group: the model would have blocked it");
        decisions[4].Reason.ShouldNotContain("control group");
    }

    [Fact]
    public void What_a_rule_blocks_stays_blocked_and_what_is_not_blocked_has_no_propensity()
    {
        Decide(0.9f, "block when amount > 1").ShouldAllBe(d => d.Outcome == Outcome.Block && float.IsNaN(d.Propensity));
        Decide(0.6f, []).ShouldAllBe(d => d.Outcome == Outcome.Review && float.IsNaN(d.Propensity));
        Decide(0.9f, "allow when amount > 1 override").ShouldAllBe(d => float.IsNaN(d.Propensity));
        Decide(0.9f, "review when amount > 1").Count(d => d.Outcome == Outcome.Review).ShouldBe(4);
    }

    [Fact]
    public void A_label_speaks_for_those_that_were_blocked_beside_it()
    {
        ControlGroup.WeightOf(Outcome.Review, float.NaN).ShouldBe(1);
        ControlGroup.WeightOf(Outcome.Block, float.NaN).ShouldBe(1);
        ControlGroup.WeightOf(Outcome.Review, 0.25f).ShouldBe(4);
        ControlGroup.WeightOf(Outcome.Block, 0.25f).ShouldBe(0);
    }

    private static List<(Outcome Outcome, float Propensity, string Reason)> Decide(float score, params string[] rules)
    {
        var set = rules is ["allow when amount > 1 override"]
            ? TestRules.Json("1", """{ "name": "known", "rule": "allow when amount > 1", "override": true }""") : TestRules.Version("1", rules);
        var engine = new DecisionEngine(Features, set);
        engine.UseModel(new Constant(score), new Thresholds(0.5, 0.8));
        engine.UseControlGroup(new ControlGroup(0.1, Key));
        var decision = engine.NewDecision();
        var all = new List<(Outcome, float, string)>();
        for (var i = 0; i < 60; i++)
        {
            engine.Decide(Payment.Decode($$"""{"transaction_id":"t{{i}}","account_id":"A","timestamp":"2026-01-01T00:00:{{i:00}}Z","amount":5}"""), i + 1, decision);
            all.Add((decision.Outcome, decision.Propensity, Encoding.UTF8.GetString(decision.Reason)));
        }

        return all;
    }
}
