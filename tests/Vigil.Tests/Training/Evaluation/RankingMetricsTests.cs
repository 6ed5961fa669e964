using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class RankingMetricsTests
{
    [Fact]
    public void Agrees_with_scikit_learn()
    {
        RankingMetrics.RocAuc(SklearnExample.Scores, SklearnExample.Labels).ShouldBe(SklearnExample.RocAuc, 1e-15);
        RankingMetrics.AveragePrecision(SklearnExample.Scores, SklearnExample.Labels).ShouldBe(SklearnExample.AveragePrecision, 1e-15);
    }

    [Fact]
    public void Auc_is_the_share_of_pairs_in_the_right_order() => RandomRows.Check(rows =>
    {
        double right = 0, pairs = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Count; j++)
            {
                if (!rows.Labels[i] || rows.Labels[j])
                    continue;
                pairs++;
                right += rows.Scores[i] > rows.Scores[j] ? 1 : rows.Scores[i] == rows.Scores[j] ? 0.5 : 0;
            }
        }

        RankingMetrics.RocAuc(rows.Scores, rows.Labels).ShouldBe(right / pairs);
    });

    [Fact]
    public void Average_precision_is_its_definition_over_all_thresholds() => RandomRows.Check(rows =>
    {
        double frauds = rows.Labels.Count(l => l), sum = 0, recall = 0;
        foreach (var threshold in rows.Scores.Distinct().OrderDescending())
        {
            var above = Enumerable.Range(0, rows.Count).Where(i => rows.Scores[i] >= threshold).ToArray();
            var caught = above.Count(i => rows.Labels[i]);
            sum += (caught / frauds - recall) * caught / above.Length;
            recall = caught / frauds;
        }

        var precision = RankingMetrics.AveragePrecision(rows.Scores, rows.Labels);
        if (frauds == 0)
            precision.ShouldBe(double.NaN);
        else
            precision.ShouldBe(sum, 1e-12);
    });

    [Fact]
    public void An_increasing_function_of_the_score_changes_nothing() => RandomRows.Check(rows =>
    {
        var changed = rows.WithScores(s => MathF.Exp(3 * s) - 5);
        RankingMetrics.RocAuc(changed.Scores, rows.Labels).ShouldBe(RankingMetrics.RocAuc(rows.Scores, rows.Labels));
        RankingMetrics.AveragePrecision(changed.Scores, rows.Labels).ShouldBe(RankingMetrics.AveragePrecision(rows.Scores, rows.Labels));
    });

    [Fact]
    public void The_opposite_score_has_the_opposite_auc() => RandomRows.Check(rows =>
    {
        var auc = RankingMetrics.RocAuc(rows.Scores, rows.Labels);
        var opposite = RankingMetrics.RocAuc(rows.WithScores(s => -s).Scores, rows.Labels);
        if (double.IsNaN(auc))
            opposite.ShouldBe(double.NaN);
        else
            opposite.ShouldBe(1 - auc, 1e-12);
    });

    [Fact]
    public void The_order_of_the_rows_does_not_matter() => RandomRows.Check(rows =>
    {
        float[] scores = [.. rows.Scores.Reverse()];
        bool[] labels = [.. rows.Labels.Reverse()];
        RankingMetrics.RocAuc(scores, labels).ShouldBe(RankingMetrics.RocAuc(rows.Scores, rows.Labels));
        RankingMetrics.AveragePrecision(scores, labels).ShouldBe(RankingMetrics.AveragePrecision(rows.Scores, rows.Labels));
    });

    [Fact]
    public void Equal_scores_are_worth_a_coin_and_the_base_rate()
    {
        RankingMetrics.RocAuc([0.5f, 0.5f, 0.5f, 0.5f], [true, false, false, false]).ShouldBe(0.5);
        RankingMetrics.AveragePrecision([0.5f, 0.5f, 0.5f, 0.5f], [true, false, false, false]).ShouldBe(0.25);
    }

    [Fact]
    public void Zero_and_minus_zero_are_the_same_score() =>
        RankingMetrics.RocAuc([0f, -0f, -0f, 0f], [true, false, true, false]).ShouldBe(0.5);

    [Fact]
    public void Without_frauds_or_without_genuine_rows_there_is_no_metric()
    {
        RankingMetrics.RocAuc([0.1f, 0.2f], [false, false]).ShouldBe(double.NaN);
        RankingMetrics.RocAuc([0.1f, 0.2f], [true, true]).ShouldBe(double.NaN);
        RankingMetrics.RocAuc([], []).ShouldBe(double.NaN);
        RankingMetrics.AveragePrecision([0.1f, 0.2f], [false, false]).ShouldBe(double.NaN);
        RankingMetrics.AveragePrecision([0.1f, 0.2f], [true, true]).ShouldBe(1);
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused_with_its_row()
    {
        Should.Throw<ArgumentException>(() => RankingMetrics.RocAuc([0.1f, float.NaN], [true, false])).Message.ShouldContain("row 1");
        Should.Throw<ArgumentException>(() => RankingMetrics.AveragePrecision([0.1f, float.NaN], [true, false])).Message.ShouldContain("row 1");
        Should.Throw<ArgumentException>(() => RankingMetrics.RocAuc([0.1f], [true, false]));
    }
}
