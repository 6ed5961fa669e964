using Vigil.Training.Comparison;
using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Comparison;

public sealed class WeightedRankingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Weights_count_rows_as_often_as_if_they_were_there_so_often(int seed)
    {
        var random = new Random(seed);
        // Few distinct scores, so that there are ties.
        float[] scores = [.. Enumerable.Range(0, 300).Select(_ => random.Next(40) / 40f)];
        bool[] labels = [.. Enumerable.Range(0, 300).Select(_ => random.Next(10) == 0)];
        int[] days = [.. Enumerable.Range(0, 300).Select(i => i / 60)];
        byte[] weights = [.. Enumerable.Range(0, 300).Select(_ => (byte)random.Next(4))];
        int[] repeated = [.. Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat(i, weights[i]))];
        var rows = new ScoredRows(
            [.. repeated.Select(i => scores[i])], [.. repeated.Select(i => labels[i])], [.. repeated.Select(i => days[i])],
            new int[repeated.Length], new int[repeated.Length]);
        var ranking = new WeightedRanking(scores, labels, days);
        ranking.AveragePrecision(weights).ShouldBe(RankingMetrics.AveragePrecision(rows.Scores, rows.Labels), 1e-12);
        var (precision, recall) = ranking.AtBudget(weights, 10);
        var outcome = ReviewOutcome.At(rows, 10);
        precision.ShouldBe(outcome.Precision, 1e-12);
        recall.ShouldBe(outcome.Recall, 1e-12);
    }
}
