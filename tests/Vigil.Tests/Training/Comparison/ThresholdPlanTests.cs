using Vigil.Training.Comparison;

namespace Vigil.Tests.Training.Comparison;

public sealed class ThresholdPlanTests
{
    [Theory]
    [InlineData(5, 50, 1, null)]
    [InlineData(5, 50, 0.7, 2.0)]
    [InlineData(1, 3, 0.5, 4.0)]
    [InlineData(20, 10, 1, 1.0)]
    [InlineData(1_000, 1_000, 1, null)]
    public void No_pair_of_thresholds_costs_less(double review, double lost, double recall, double? capacity)
    {
        var rows = TestVersions.Rows(240, [0.15f]);
        var costs = new ReviewCosts { Review = review, LostCustomer = lost, ReviewRecall = recall, Capacity = capacity };
        var plan = ThresholdPlan.Of(rows, costs);
        double[] thresholds = [2, .. rows.Scores(0).Select(s => (double)s).Distinct()];
        var cheapest = (from b in thresholds from r in thresholds where r <= b select Cost(rows, costs, r, b)).Where(c => c is not null).Min()!.Value;
        (plan.At.CostPerDay * rows.Days).ShouldBe(cheapest, 1e-6);
        Cost(rows, costs, plan.Chosen.Review, plan.Chosen.Block).ShouldNotBeNull().ShouldBe(cheapest, 1e-6);
    }

    [Fact]
    public void Where_reviews_cost_more_than_any_fraud_nothing_is_flagged()
    {
        var plan = ThresholdPlan.Of(TestVersions.Rows(240, [-0.04f]), new ReviewCosts { Review = 1e6, LostCustomer = 1e6 });
        (plan.Chosen.Review, plan.Chosen.Block).ShouldBe((2, 2));
        plan.At.CostPerDay.ShouldBe(plan.CostOfNothing);
    }

    [Fact]
    public void The_curve_falls_from_the_highest_threshold_and_its_recall_rises()
    {
        var curve = ThresholdPlan.Of(TestVersions.Rows(2_000, [0.3f]), new ReviewCosts { LostCustomer = 1e6 }).Curve;
        curve.Count.ShouldBeGreaterThan(8);
        curve.Select(p => p.Review).ShouldBeInOrder(SortDirection.Descending);
        curve.Select(p => p.Recall!.Value).ShouldBeInOrder(SortDirection.Ascending);
    }

    private static double? Cost(JudgedRows rows, ReviewCosts costs, double review, double block)
    {
        var (sum, reviews) = (0.0, 0);
        for (var i = 0; i < rows.Count; i++)
        {
            var loss = rows.Label(i) == true ? rows.Units[i] / 10_000.0 : 0;
            var score = rows.Scores(0)[i];
            if (score >= block)
                sum += rows.Label(i) == true ? 0 : costs.LostCustomer;
            else if (score >= review)
                (sum, reviews) = (sum + costs.Review + loss * (1 - costs.ReviewRecall), reviews + 1);
            else
                sum += loss;
        }

        return reviews > (costs.Capacity ?? double.PositiveInfinity) * rows.Days ? null : sum;
    }
}
