using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Training.Comparison;

namespace Vigil.Tests.Training.Comparison;

public sealed class PromotionGateTests
{
    private static readonly Vigil.Training.Registry.RegisteredModel Champion = TestVersions.Make(1);
    private static readonly Vigil.Training.Registry.RegisteredModel Candidate = TestVersions.Make(2, rounds: 5);

    [Fact]
    public void A_model_that_is_better_by_the_margin_passes_and_says_its_numbers()
    {
        var result = Judge(TestVersions.Rows(2_000, [0.5f, 0.3f]));
        result.Passed.ShouldBeTrue(result.Failures);
        result.Checks.Select(c => c.Name).ShouldBe(["features", "labels", "average_precision", "calibration", "latency"]);
        var precision = result.Checks[2];
        precision.Candidate!.Value.ShouldBeGreaterThan(precision.Champion!.Value + 0.005);
        (result.Champion, result.ChampionHash).ShouldBe((1, Champion.Hash));
        GateResult.FromJson(result.ToJson())!.Checks.ShouldBe(result.Checks);
    }

    [Fact]
    public void A_model_that_is_as_good_or_worse_is_refused_for_its_average_precision()
    {
        foreach (var skill in new[] { 0.3f, 0.2f })
        {
            var result = Judge(TestVersions.Rows(2_000, [skill, 0.3f]));
            result.Passed.ShouldBeFalse();
            result.Failures.ShouldStartWith("average_precision: 0.");
        }
    }

    [Fact]
    public void The_margin_is_what_was_asked_for()
    {
        var rows = TestVersions.Rows(2_000, [0.35f, 0.3f]);
        var gain = Judge(rows).Checks.Single(c => c.Name == "average_precision");
        var own = gain.Candidate!.Value - gain.Champion!.Value;
        Judge(rows, new GateOptions { Margin = own - 1e-9 }).Checks.ShouldContain(c => c.Name == "average_precision" && c.Passed);
        Judge(rows, new GateOptions { Margin = own + 1e-9 }).Checks.ShouldContain(c => c.Name == "average_precision" && !c.Passed);
    }

    [Fact]
    public void A_model_whose_probabilities_are_worse_is_refused_though_it_ranks_better()
    {
        // The order is the same whatever scores are multiplied with: only the calibration sees it.
        var result = Judge(TestVersions.Rows(2_000, [0.5f, 0.3f], [1f, 0.5f]));
        result.Failures.ShouldStartWith("calibration: Brier score 0.");
    }

    [Fact]
    public void A_model_that_does_not_say_until_when_it_learned_may_know_what_it_is_judged_by()
    {
        var rows = TestVersions.Rows(2_000, [0.5f, 0.3f]);
        var unknown = TestVersions.Make(2, rounds: 5, lastRow: null);
        PromotionGate.Judge(unknown, Champion, rows, new GateOptions { LatencyFloor = 1e6 }, null, TestVersions.Now)
            .Failures.ShouldStartWith("learned_until: it does not say until when it learned");
        // Of the model in charge it may be so: that favours it.
        PromotionGate.Judge(Candidate, TestVersions.Make(1, lastRow: null), rows, new GateOptions { LatencyFloor = 1e6 }, null, TestVersions.Now)
            .Passed.ShouldBeTrue();
    }

    [Fact]
    public void With_few_known_frauds_nothing_can_be_told()
    {
        Judge(TestVersions.Rows(190, [0.5f, 0.3f])).Failures.ShouldStartWith("labels: 19 known frauds");
        Judge(null).Failures.ShouldStartWith("labels: 0 known frauds");
    }

    [Fact]
    public void A_feature_that_is_missing_in_every_payment_is_named()
    {
        var rows = new JudgedRows(2);
        for (var i = 0; i < 1_000; i++)
        {
            rows.Sample(0, [float.NaN]);
            rows.Add(i, 1, i % 10 == 0, [(i % 10 == 0 ? 0.9f : 0.1f, 0.1f), (0.1f, 0.1f)]);
        }

        Judge(rows).Failures.ShouldContain("features: missing in every payment: a");
        PromotionGate.Judge(Candidate, null, null, new GateOptions(), "rules ask for b", TestVersions.Now).Failures.ShouldBe("features: rules ask for b");
    }

    [Fact]
    public void The_first_model_and_the_same_model_with_other_thresholds_have_nothing_to_beat()
    {
        PromotionGate.Judge(Candidate, null, null, new GateOptions(), null, TestVersions.Now).Passed.ShouldBeTrue();
        var same = TestVersions.Make(3, thresholds: new Thresholds(0.7, 2));
        PromotionGate.Judge(same, Champion, null, new GateOptions(), null, TestVersions.Now).Passed.ShouldBeTrue();
        var recalibrated = TestVersions.Make(3, map: new ScoreMap([0, 1], [0, 0.5f]));
        PromotionGate.Judge(recalibrated, Champion, null, new GateOptions(), null, TestVersions.Now).Passed.ShouldBeFalse();
    }

    private static GateResult Judge(JudgedRows? rows, GateOptions? options = null) =>
        PromotionGate.Judge(Candidate, Champion, rows, options ?? new GateOptions { LatencyFloor = 1e6 }, null, TestVersions.Now);
}
