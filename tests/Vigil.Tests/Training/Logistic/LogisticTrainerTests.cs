using Vigil.Tests.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Logistic;

namespace Vigil.Tests.Training.Logistic;

public sealed class LogisticTrainerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_derivatives_are_those_of_the_loss_by_finite_differences()
    {
        var (x, labels) = TestRows.Make(500, 3, seed: 1);
        var weights = Enumerable.Range(0, 500).Select(i => 1f + (i % 3)).ToArray();
        var fit = new LogisticTrainer.Fit(x, labels, weights, l2: 0.7, new Workers(1));
        double[] beta = [0.3, -0.2, 0.5, -1];
        var here = fit.Derivatives(beta);
        for (var i = 0; i < beta.Length; i++)
        {
            const double Step = 1e-5;
            var above = fit.Derivatives([.. beta.Select((b, j) => j == i ? b + Step : b)]);
            var below = fit.Derivatives([.. beta.Select((b, j) => j == i ? b - Step : b)]);
            ((above.Loss - below.Loss) / (2 * Step)).ShouldBe(here.Gradient[i], 1e-4);
            for (var j = 0; j <= i; j++)
                ((above.Gradient[j] - below.Gradient[j]) / (2 * Step)).ShouldBe(here.Hessian[i][j], 1e-4);
        }
    }

    [Fact]
    public void The_fit_is_where_the_gradient_vanishes()
    {
        var (x, labels) = TestRows.Make(3000, 4, seed: 1);
        var model = LogisticTrainer.Train(x, labels, new LogisticOptions(), cancellationToken: Cancel);
        var fit = new LogisticTrainer.Fit(x, labels, [], l2: 1, new Workers(1));
        fit.Derivatives([.. model.Weights, model.Bias]).Gradient.ShouldAllBe(g => Math.Abs(g) < 1e-2);
    }

    [Fact]
    public void Known_log_odds_are_found()
    {
        // One binary feature: log-odds ln(1/3) without, ln(3) with.
        float[] values = [.. Enumerable.Repeat(0f, 400), .. Enumerable.Repeat(1f, 400)];
        byte[] labels = [.. Enumerable.Range(0, 800).Select(i => i < 400 ? (i % 4 == 0 ? (byte)1 : (byte)0) : (i % 4 == 0 ? (byte)0 : (byte)1))];
        var model = LogisticTrainer.Train(new FeatureMatrix(["a"], values), labels, new LogisticOptions { L2 = 1e-9 }, cancellationToken: Cancel);
        model.Margin([0f]).ShouldBe(MathF.Log(1 / 3f), 1e-6f);
        model.Margin([1f]).ShouldBe(MathF.Log(3), 1e-6f);
        model.Margin([float.NaN]).ShouldBe(0, 1e-6f, "a missing value counts as the mean");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void The_model_does_not_depend_on_the_number_of_threads(int threads)
    {
        var (x, labels) = TestRows.Make(20_000, 4, seed: 1);
        var one = LogisticTrainer.Train(x, labels, new LogisticOptions { Threads = 1 }, cancellationToken: Cancel);
        var many = LogisticTrainer.Train(x, labels, new LogisticOptions { Threads = threads }, cancellationToken: Cancel);
        many.Weights.SequenceEqual(one.Weights).ShouldBeTrue();
        many.Bias.ShouldBe(one.Bias);
    }

    [Fact]
    public void Separable_and_constant_features_do_no_harm()
    {
        float[] values = [0, 5, 1, 5, 2, 5, 3, 5];
        var model = LogisticTrainer.Train(new FeatureMatrix(["a", "constant"], values), [0, 0, 1, 1], new LogisticOptions(), cancellationToken: Cancel);
        model.Score([3f, 5f]).ShouldBeGreaterThan(0.5f);
        model.Weights[1].ShouldBe(0);
    }
}
