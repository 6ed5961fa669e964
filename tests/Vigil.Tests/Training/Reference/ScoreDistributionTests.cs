using Vigil.Training.Reference;

namespace Vigil.Tests.Training.Reference;

public sealed class ScoreDistributionTests
{
    [Fact]
    public void Shares_are_right_to_two_percent_of_themselves_at_any_depth()
    {
        var random = new Random(2);
        var scores = Enumerable.Range(0, 50_000).Select(_ => MathF.Pow(random.NextSingle(), 6)).ToArray();
        var distribution = ScoreDistribution.Of(scores);
        foreach (var share in new[] { 0.0002, 0.001, 0.005, 0.01, 0.05, 0.3, 0.9 })
        {
            var threshold = distribution.ScoreOf(share);
            (scores.Count(s => s >= threshold) / 50_000.0).ShouldBe(share, share * 0.021);
            distribution.ShareFrom(threshold).ShouldBe(share, share * 1e-9);
        }
    }

    [Fact]
    public void The_ends_are_all_and_none()
    {
        var distribution = ScoreDistribution.Of([0.1f, 0.2f, 0.2f, 0.7f]);
        distribution.ShareFrom(0.8).ShouldBe(0);
        distribution.ShareFrom(0.7f).ShouldBe(0.25);
        distribution.ShareFrom(0.2f).ShouldBe(0.75);
        distribution.ShareFrom(0).ShouldBe(1);
        distribution.ScoreOf(1).ShouldBe(0.1f);
        distribution.ScoreOf(0).ShouldBeGreaterThan(0.7f);
        distribution.ScoreOf(0.01).ShouldBeGreaterThan(0.7f);
    }

    [Fact]
    public void Equal_scores_stand_or_fall_together()
    {
        var distribution = ScoreDistribution.Of([0.5f, 0.5f, 0.5f]);
        distribution.Scores.ShouldBe([0.5f]);
        distribution.ShareFrom(0.5f).ShouldBe(1);
        distribution.ShareFrom(0.6f).ShouldBe(0);
    }
}
