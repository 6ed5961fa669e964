using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;
using Vigil.Training.Logistic;

namespace Vigil.Tests.Core.Models;

public sealed class ContributionsTests
{
    public static TheoryData<ModelKind> Kinds => [ModelKind.Trees, ModelKind.IsolationForest, ModelKind.Logistic];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Contributions_and_the_expected_margin_sum_to_the_margin(ModelKind kind)
    {
        var model = SampleModels.Of(kind);
        for (var r = 0; r < SampleModels.Rows.RowCount; r++)
        {
            var row = SampleModels.Rows.Row(r);
            (Contributions(model, row).Sum() + model.ExpectedMargin).ShouldBe(model.Margin(row), 2e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Explaining_allocates_nothing_once_warm(ModelKind kind)
    {
        var model = SampleModels.Of(kind);
        var contributions = new float[model.FeatureCount];
        model.Contributions(SampleModels.Rows.Row(0), contributions);
        Allocations.Of(() =>
        {
            for (var r = 0; r < 100; r++)
                model.Contributions(SampleModels.Rows.Row(r), contributions);
        }).ShouldBe(0);
    }

    /// <summary>Random trees over few features, so that features repeat on most ways, up to 40 nodes deep.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 12)]
    [InlineData(5, 12)]
    [InlineData(9, 40)]
    [InlineData(10, 20)]
    public void Trees_give_the_Shapley_values_of_the_definition(int features, int depth)
    {
        var random = new Random(features);
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var builder = new TreeNodesBuilder();
            for (var t = 0; t < 3; t++)
                RandomTrees.Add(builder, random, features, depth);
            var model = new TreeEnsemble(builder.Build(), features, 0.3f);
            for (var r = 0; r < 3; r++)
            {
                float[] row = [.. Enumerable.Range(0, features).Select(_ => random.Next(8) == 0 ? float.NaN : random.Next(10))];
                var expected = ShapleyOracle.Of(model.Nodes, row);
                var actual = Contributions(model, row);
                for (var f = 0; f < features; f++)
                    actual[f].ShouldBe((float)expected[f], 1e-5f, $"feature {f} of {features}, trees {repeat}, row {r}");
            }
        }
    }

    [Fact]
    public void A_way_with_more_features_than_points_side_by_side_is_integrated_exactly()
    {
        // All of 80 features must be above a half for the last leaf: a game whose value is shared by all that are.
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var node = builder.AddLeaf(0, 0, 81);
        for (var f = 0; f < 80; f++)
        {
            var (left, right) = (builder.AddLeaf(0, 0, 1), builder.AddLeaf(f == 79 ? 8 : 0, 0, 80 - f));
            builder.Split(node, f, 0.5f, true, 0, left, right);
            node = right;
        }

        var model = new TreeEnsemble(builder.Build(), 80, 0.5f);
        var row = Enumerable.Repeat(1f, 80).ToArray();
        var contributions = Contributions(model, row);
        (contributions.Sum() + model.ExpectedMargin).ShouldBe(8f, 1e-5f);
        contributions[79].ShouldBeGreaterThan(contributions[0], "its split parts more of the training rows");
        row[40] = 0;
        contributions = Contributions(model, row);
        (contributions.Sum() + model.ExpectedMargin).ShouldBe(0f, 1e-5f);
        contributions[40].ShouldBeLessThan(0);
    }

    [Fact]
    public void A_model_over_wider_rows_gives_the_same_margins_and_contributions_and_none_to_the_others()
    {
        var builder = new TreeNodesBuilder();
        RandomTrees.Add(builder, new Random(3), 3, 6);
        var model = new TreeEnsemble(builder.Build(), 3, -1.5f, ["a", "b", "c"], isRaw: true);
        var wider = model.WithFeatures(["x", "c", "a", "y", "b"]);
        float[] row = [2, 7, float.NaN];
        float[] wide = [9, float.NaN, 2, 9, 7];
        wider.Margin(wide).ShouldBe(model.Margin(row), "a raw margin stays one");
        var (narrow, all) = (Contributions(model, row), Contributions(wider, wide));
        all.ShouldBe([0, narrow[2], narrow[0], 0, narrow[1]]);
    }

    [Fact]
    public void Trees_without_covers_are_not_explained()
    {
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var root = builder.AddLeaf(0, 0, 0);
        builder.Split(root, 0, 1f, true, 0, builder.AddLeaf(-1f, 0, 0), builder.AddLeaf(1f, 0, 0));
        var model = new TreeEnsemble(builder.Build(), 1, 0.5f);
        model.HasContributions.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => Contributions(model, [1f])).Message.ShouldContain("sum_hessian");
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
