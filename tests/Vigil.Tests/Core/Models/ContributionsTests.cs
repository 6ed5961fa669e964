using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;
using Vigil.Training.Logistic;

namespace Vigil.Tests.Core.Models;

public sealed class ContributionsTests
{
    [Fact]
    public void Contributions_of_trees_add_up_to_the_margin_less_one_constant()
    {
        var (x, labels) = Data();
        var model = BoostedTreesTrainer.Train(x, labels, new BoostingOptions { Rounds = 20, MaxDepth = 4 }, cancellationToken: TestContext.Current.CancellationToken).Model;
        var constants = Enumerable.Range(0, 50).Select(r => model.Margin(x.Row(r)) - Contributions(model, x.Row(r)).Sum()).ToList();
        constants.ShouldAllBe(c => Math.Abs(c - constants[0]) < 1e-4);
    }

    [Fact]
    public void The_feature_that_makes_the_label_contributes_most()
    {
        var (x, labels) = Data();
        var row = Enumerable.Range(0, x.RowCount).First(r => labels[r] == 1);
        Model[] models =
        [
            BoostedTreesTrainer.Train(x, labels, new BoostingOptions { Rounds = 20, MaxDepth = 4 }, cancellationToken: TestContext.Current.CancellationToken).Model,
            LogisticTrainer.Train(x, labels, new LogisticOptions(), cancellationToken: TestContext.Current.CancellationToken),
        ];
        foreach (var model in models)
        {
            var contributions = Contributions(model, x.Row(row));
            Array.IndexOf(contributions, contributions.Max()).ShouldBe(1, model.Kind.ToString());
        }
    }

    [Fact]
    public void An_outlier_is_an_outlier_because_of_its_odd_feature()
    {
        var (x, _) = Data();
        var forest = IsolationForestTrainer.Train(x, new IsolationOptions { Seed = 1 }, TestContext.Current.CancellationToken);
        var contributions = Contributions(forest, [0.5f, 0.5f, 40f]);
        Array.IndexOf(contributions, contributions.Max()).ShouldBe(2);
    }

    private static float[] Contributions(Model model, ReadOnlySpan<float> row)
    {
        var contributions = new float[model.FeatureCount];
        model.Contributions(row, contributions);
        return contributions;
    }

    /// <summary>The label is whether feature 1 is above 0.9.</summary>
    private static (FeatureMatrix X, byte[] Labels) Data()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 2000 * 3).Select(_ => random.NextSingle()).ToArray();
        var x = new FeatureMatrix(["a", "b", "c"], values);
        return (x, [.. Enumerable.Range(0, 2000).Select(r => (byte)(x.Row(r)[1] > 0.9f ? 1 : 0))]);
    }
}
