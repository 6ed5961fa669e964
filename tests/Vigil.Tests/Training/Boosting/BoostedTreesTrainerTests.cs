using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;

namespace Vigil.Tests.Training.Boosting;

public sealed class BoostedTreesTrainerTests
{
    private static readonly BoostingOptions Small = new() { Rounds = 5, MaxDepth = 4, Threads = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_training_loss_falls_with_every_round()
    {
        var (x, labels) = TestRows.Make(3000, 6, seed: 1);
        var validation = new BoostingValidation(x, labels);
        var result = BoostedTreesTrainer.Train(x, labels, Small with { Rounds = 20, Metric = BoostingMetric.LogLoss }, validation: validation, cancellationToken: Cancel);
        result.Metrics[0].Count.ShouldBe(20);
        result.Metrics[0].Zip(result.Metrics[0].Skip(1)).ShouldAllBe(p => p.Second < p.First);
    }

    [Fact]
    public void Rows_left_out_by_sampling_get_the_margins_that_the_model_gives_them()
    {
        // The validation rows are walked by bins during training: the last metric must be that of the finished model.
        var (x, labels) = TestRows.Make(3000, 6, seed: 1);
        var (other, otherLabels) = TestRows.Make(1000, 6, seed: 2);
        var options = Small with { RowSample = 0.5, ColumnSampleByTree = 0.6, Metric = BoostingMetric.LogLoss, Bins = 50 };
        var result = BoostedTreesTrainer.Train(x, labels, options, validation: new BoostingValidation(other, otherLabels), cancellationToken: Cancel);
        var margins = new float[1000];
        result.Model.Margin(other.Values, margins);
        result.Metrics[0][^1].ShouldBe(ValidationMetric.LogLoss(margins, otherLabels, default));
    }

    [Fact]
    public void Early_stopping_keeps_the_best_number_of_rounds()
    {
        var (x, labels) = TestRows.Make(600, 6, seed: 1);
        var (other, otherLabels) = TestRows.Make(2000, 6, seed: 2);
        var options = Small with { Rounds = 300, LearningRate = 0.5, EarlyStoppingRounds = 10, Metric = BoostingMetric.LogLoss };
        var result = BoostedTreesTrainer.Train(x, labels, options, validation: new BoostingValidation(other, otherLabels), cancellationToken: Cancel);
        var history = result.Metrics[0].ToList();
        history.Count.ShouldBeLessThan(300);
        result.Model.TreeCount.ShouldBe(history.IndexOf(history.Min()) + 1);
        history.Count.ShouldBe(result.Model.TreeCount + 10);
    }

    [Fact]
    public void The_mean_of_seeds_is_the_mean_of_their_margins()
    {
        var (x, labels) = TestRows.Make(2000, 6, seed: 1);
        var options = Small with { RowSample = 0.5, Seed = 7 };
        var mean = BoostedTreesTrainer.Train(x, labels, options with { Seeds = 2 }, cancellationToken: Cancel).Model;
        var one = BoostedTreesTrainer.Train(x, labels, options, cancellationToken: Cancel).Model;
        mean.TreeCount.ShouldBe(2 * one.TreeCount);
        one.Nodes.Feature.SequenceEqual(mean.Nodes.Feature[..one.Nodes.Count]).ShouldBeTrue("the first half is the model of the first seed");
        mean.BaseScore.ShouldBe(one.BaseScore);
    }

    [Theory]
    [InlineData(TreeGrowth.DepthWise)]
    [InlineData(TreeGrowth.LossGuided)]
    public void A_limit_on_leaves_is_kept_and_reached(TreeGrowth growth)
    {
        var (x, labels) = TestRows.Make(3000, 6, seed: 1);
        var model = BoostedTreesTrainer.Train(x, labels, Small with { MaxDepth = 0, MaxLeaves = 9, Growth = growth }, cancellationToken: Cancel).Model;
        for (var t = 0; t < model.TreeCount; t++)
            (model.Nodes.Offsets[t + 1] - model.Nodes.Offsets[t]).ShouldBe(17);
    }

    [Fact]
    public void Loss_guided_growth_without_limits_on_leaves_is_depth_wise_growth_in_another_order()
    {
        var (x, labels) = TestRows.Make(3000, 6, seed: 1);
        var depthWise = BoostedTreesTrainer.Train(x, labels, Small, cancellationToken: Cancel).Model;
        var lossGuided = BoostedTreesTrainer.Train(x, labels, Small with { Growth = TreeGrowth.LossGuided }, cancellationToken: Cancel).Model;
        for (var i = 0; i < 100; i++)
            lossGuided.Margin(x.Row(i)).ShouldBe(depthWise.Margin(x.Row(i)));
    }

    [Fact]
    public void Missing_values_alone_can_be_what_is_learned()
    {
        var values = Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? float.NaN : i).ToArray();
        var labels = Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? (byte)1 : (byte)0).ToArray();
        var model = BoostedTreesTrainer.Train(new FeatureMatrix(["a"], values), labels, Small with { MaxDepth = 1, Rounds = 30 }, cancellationToken: Cancel).Model;
        model.Score([float.NaN]).ShouldBeGreaterThan(0.9f);
        model.Score([1f]).ShouldBeLessThan(0.1f);
        model.Score([float.MinValue]).ShouldBeLessThan(0.1f);
    }

    [Fact]
    public void The_gradients_are_the_derivatives_of_the_loss()
    {
        byte[] label = [1];
        foreach (var margin in new[] { -3f, -0.5f, 0f, 2f })
        {
            var p = TreeEnsemble.Sigmoid(margin);
            const float Step = 1e-2f;
            var above = ValidationMetric.LogLoss([margin + Step], label, default);
            var here = ValidationMetric.LogLoss([margin], label, default);
            var below = ValidationMetric.LogLoss([margin - Step], label, default);
            ((above - below) / (2 * Step)).ShouldBe(p - 1, 1e-4);
            ((above - (2 * here) + below) / (Step * Step)).ShouldBe(p * (1 - p), 1e-3);
        }
    }

    [Fact]
    public void Average_precision_counts_ties_once()
    {
        ValidationMetric.AveragePrecision([3f, 2f, 1f], [1, 0, 1], default).ShouldBe((1 + (2.0 / 3)) / 2, 1e-12);
        ValidationMetric.AveragePrecision([1f, 1f, 1f, 1f], [1, 0, 0, 1], default).ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Rows_with_weight_two_count_like_rows_given_twice()
    {
        var (x, labels) = TestRows.Make(500, 4, seed: 1);
        float[] doubled = [.. x.Values, .. x.Values];
        var options = Small with { BaseScore = 0.5 };
        var weights = Enumerable.Repeat(2f, 500).ToArray();
        var weighted = BoostedTreesTrainer.Train(x, labels, options, weights, cancellationToken: Cancel).Model;
        var twice = BoostedTreesTrainer.Train(new FeatureMatrix(x.Columns, doubled), [.. labels, .. labels], options, cancellationToken: Cancel).Model;
        for (var i = 0; i < 100; i++)
            weighted.Margin(x.Row(i)).ShouldBe(twice.Margin(x.Row(i)), 1e-5f);
    }

    [Fact]
    public void Cancellation_ends_the_training()
    {
        var (x, labels) = TestRows.Make(500, 4, seed: 1);
        using var source = new CancellationTokenSource();
        var rounds = 0;
        var progress = new Callback(p =>
        {
            rounds = p.Round;
            source.Cancel();
        });
        Should.Throw<OperationCanceledException>(() => BoostedTreesTrainer.Train(x, labels, Small with { Rounds = 1000 }, progress: progress, cancellationToken: source.Token));
        rounds.ShouldBe(1);
    }

    [Fact]
    public void Wrong_options_are_named_with_their_range()
    {
        var (x, labels) = TestRows.Make(50, 4, seed: 1);
        Should.Throw<ArgumentException>(() => BoostedTreesTrainer.Train(x, labels, Small with { LearningRate = double.NaN }, cancellationToken: Cancel))
            .Message.ShouldBe("LearningRate is NaN; allowed: above 0, at most 1.");
        Should.Throw<ArgumentException>(() => BoostedTreesTrainer.Train(x, labels, Small with { Bins = 65_536 }, cancellationToken: Cancel))
            .Message.ShouldBe("Bins is 65536; allowed: 2 to 65,535.");
        Should.Throw<ArgumentException>(() => BoostedTreesTrainer.Train(x, labels.AsSpan(1), Small, cancellationToken: Cancel))
            .Message.ShouldBe("49 labels for 50 training rows.");
        labels[3] = 2;
        Should.Throw<ArgumentException>(() => BoostedTreesTrainer.Train(x, labels, Small, cancellationToken: Cancel))
            .Message.ShouldBe("The label of training row 3 is 2; allowed: 0, 1.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Rows_of_one_label_give_a_model_that_says_so(byte label)
    {
        var (x, labels) = TestRows.Make(50, 4, seed: 1);
        Array.Fill(labels, label);
        BoostedTreesTrainer.Train(x, labels, Small, cancellationToken: Cancel).Model.Score(x.Row(0)).ShouldBe(label, 0.01f);
    }

    [Fact]
    public void A_forest_ranks_by_the_share_of_fraud_in_its_leaves()
    {
        var values = Enumerable.Range(0, 1000).Select(i => (float)(i % 10)).ToArray();
        var labels = Enumerable.Range(0, 1000).Select(i => i / 10 % 10 < i % 10 ? (byte)1 : (byte)0).ToArray();
        var forest = BaggedTreesTrainer.Train(new FeatureMatrix(["a"], values), labels, new BaggingOptions { Bootstrap = false, Trees = 3, ColumnSample = 1 }, cancellationToken: Cancel);
        for (var v = 0; v < 10; v++)
            forest.Margin([v]).ShouldBe((4 * v / 10f) - 2, 1e-5f);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void A_forest_does_not_depend_on_the_number_of_threads(int threads)
    {
        var (x, labels) = TestRows.Make(2000, 6, seed: 1);
        var one = BaggedTreesTrainer.Train(x, labels, new BaggingOptions { Trees = 20, Threads = 1 }, cancellationToken: Cancel);
        var many = BaggedTreesTrainer.Train(x, labels, new BaggingOptions { Trees = 20, Threads = threads }, cancellationToken: Cancel);
        many.Nodes.Value.SequenceEqual(one.Nodes.Value).ShouldBeTrue();
        many.Nodes.Feature.SequenceEqual(one.Nodes.Feature).ShouldBeTrue();
    }

    private sealed class Callback(Action<BoostingProgress> act) : IProgress<BoostingProgress>
    {
        public void Report(BoostingProgress value) => act(value);
    }
}
