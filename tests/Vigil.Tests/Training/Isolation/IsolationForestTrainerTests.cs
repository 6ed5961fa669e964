using Vigil.Core.Models;
using Vigil.Tests.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;

namespace Vigil.Tests.Training.Isolation;

public sealed class IsolationForestTrainerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_outlier_scores_above_all_others_and_an_ordinary_row_below_one_half()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 2000).Select(_ => (float)random.NextDouble()).ToArray();
        (values[0], values[1]) = (30f, -20f);
        var x = new FeatureMatrix(["a", "b"], values);
        var forest = IsolationForestTrainer.Train(x, new IsolationOptions { SampleSize = 1000 }, Cancel);
        var scores = new float[1000];
        forest.Score(x.Values, scores);
        scores[0].ShouldBeGreaterThan(scores[1..].Max());
        forest.Score([0.5f, 0.5f]).ShouldBeLessThan(0.5f);
        scores.ShouldAllBe(s => s > 0 && s <= 1);
    }

    [Fact]
    public void Path_lengths_are_those_of_the_paper()
    {
        IsolationForest.AveragePathLength(1).ShouldBe(0);
        IsolationForest.AveragePathLength(2).ShouldBe(1);
        IsolationForest.AveragePathLength(256).ShouldBe(10.2448, 1e-3);
        var forest = IsolationForestTrainer.Train(TestRows.Make(500, 3, seed: 1).X, new IsolationOptions { Trees = 5 }, Cancel);
        for (var t = 0; t < 5; t++)
            CheckPath(forest.Nodes, forest.Nodes.Offsets[t], 0, 0);

        static void CheckPath(TreeNodes nodes, int start, int node, int height)
        {
            var i = start + node;
            height.ShouldBeLessThanOrEqualTo(8);
            if (nodes.Left[i] == TreeNodes.Leaf)
            {
                ((double)nodes.Value[i]).ShouldBe(height + IsolationForest.AveragePathLength((int)nodes.Cover[i]), 1e-5);
                return;
            }

            nodes.Cover[i].ShouldBe(nodes.Cover[start + nodes.Left[i]] + nodes.Cover[start + nodes.Right[i]]);
            CheckPath(nodes, start, nodes.Left[i], height + 1);
            CheckPath(nodes, start, nodes.Right[i], height + 1);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void The_forest_does_not_depend_on_the_number_of_threads(int threads)
    {
        var x = TestRows.Make(2000, 3, seed: 1).X;
        var one = IsolationForestTrainer.Train(x, new IsolationOptions { Threads = 1 }, Cancel);
        var many = IsolationForestTrainer.Train(x, new IsolationOptions { Threads = threads }, Cancel);
        many.Nodes.Value.SequenceEqual(one.Nodes.Value).ShouldBeTrue();
    }

    [Fact]
    public void Rows_that_are_all_equal_or_all_missing_score_alike()
    {
        var values = Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? 1f : float.NaN).ToArray();
        var forest = IsolationForestTrainer.Train(new FeatureMatrix(["a", "b"], values), new IsolationOptions(), Cancel);
        forest.Score([1f, float.NaN]).ShouldBe(0.5f, 1e-5f);
        forest.Score([7f, 7f]).ShouldBe(0.5f, 1e-5f);
    }

    [Fact]
    public void A_missing_value_is_not_what_isolates_a_row()
    {
        var x = TestRows.Make(3000, 4, seed: 1, missing: 0.02).X;
        var forest = IsolationForestTrainer.Train(x, new IsolationOptions(), Cancel);
        forest.Score([float.NaN, float.NaN, float.NaN, float.NaN]).ShouldBeLessThan(0.5f);
    }
}
