using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class ProbabilityMetricsTests
{
    [Fact]
    public void Agrees_with_scikit_learn()
    {
        ProbabilityMetrics.LogLoss(SklearnExample.Scores, SklearnExample.Labels).ShouldBe(SklearnExample.LogLoss, 1e-14);
        ProbabilityMetrics.Brier(SklearnExample.Scores, SklearnExample.Labels).ShouldBe(SklearnExample.Brier);
    }

    [Fact]
    public void A_coin_costs_log_two_and_a_quarter()
    {
        ProbabilityMetrics.LogLoss([0.5f, 0.5f], [true, false]).ShouldBe(Math.Log(2), 1e-15);
        ProbabilityMetrics.Brier([0.5f, 0.5f], [true, false]).ShouldBe(0.25);
    }

    [Fact]
    public void Certain_and_right_costs_nothing_and_certain_and_wrong_is_finite()
    {
        ProbabilityMetrics.LogLoss([1f, 0f], [true, false]).ShouldBe(0, 1e-15);
        ProbabilityMetrics.Brier([1f, 0f], [true, false]).ShouldBe(0);
        ProbabilityMetrics.LogLoss([0f], [true]).ShouldBe(36.04, 0.01);
        ProbabilityMetrics.Brier([0f], [true]).ShouldBe(1);
    }

    [Theory]
    [InlineData(-0.001f)]
    [InlineData(1.001f)]
    [InlineData(float.NaN)]
    public void A_score_that_is_no_probability_is_refused_with_its_row(float score)
    {
        Should.Throw<ArgumentException>(() => ProbabilityMetrics.LogLoss([0.5f, score], [true, false])).Message.ShouldContain("row 1");
        Should.Throw<ArgumentException>(() => ProbabilityMetrics.Brier([0.5f, score], [true, false])).Message.ShouldContain("row 1");
    }

    [Fact]
    public void No_rows_have_no_metric()
    {
        ProbabilityMetrics.LogLoss([], []).ShouldBe(double.NaN);
        ProbabilityMetrics.Brier([], []).ShouldBe(double.NaN);
    }
}
