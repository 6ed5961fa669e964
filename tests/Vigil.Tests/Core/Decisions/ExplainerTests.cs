using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Tests.Core.Models;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Decisions;

public sealed class ExplainerTests
{
    private static readonly FeatureSet _set = FeatureSetJson.Parse("""
        {"name": "s", "version": 1, "features": [
          {"name": "amount", "value": "amount", "says": "amount {amount}"},
          {"name": "count_7d", "value": "count(account_id, '7d')", "says": "{count_7d} payments of this account in 7 days"},
          {"name": "since", "value": "time_since(account_id, '30d')", "says": "the last payment was {since / 86400} days ago"},
          {"name": "plain", "value": "amount * 2"},
          {"name": "silent", "value": "amount > 5", "says": "the amount is no round number"}]}
        """);

    private static Explanation Explain(Model model, float[] vector, IReadOnlyList<float[]> earlier, string amount = "812.00") =>
        new Explainer(_set, model).Explain(Payment.Of(amount: amount), vector, earlier);

    private static TreeEnsemble Trees(int seed)
    {
        var builder = new TreeNodesBuilder();
        for (var t = 0; t < 4; t++)
            RandomTrees.Add(builder, new Random((10 * seed) + t), 5, 6);
        return new TreeEnsemble(builder.Build(), 5, 0.2f, _set.Names);
    }

    private static string TextOf(string feature, float[] vector, float[][] earlier, string amount = "812.00") =>
        Explain(Trees(1), vector, earlier, amount).Contributions.Single(c => c.Feature == feature).Text;

    [Fact]
    public void Every_feature_is_there_with_its_Shapley_value_by_the_definition_and_the_strongest_first()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var model = Trees(seed);
            float[] vector = [7, float.NaN, 3, 5, 1];
            var explanation = Explain(model, vector, []);
            var expected = ShapleyOracle.Of(model.Nodes, vector);
            explanation.Contributions.Select(c => c.Feature).ShouldBe(_set.Names, ignoreOrder: true);
            foreach (var c in explanation.Contributions)
                c.Moved.ShouldBe((float)expected[_set.Names.ToList().IndexOf(c.Feature)], 1e-5f);
            explanation.Contributions.Select(c => Math.Abs(c.Moved)).ShouldBeInOrder(SortDirection.Descending);
            (explanation.Bias + explanation.Contributions.Sum(c => c.Moved)).ShouldBe(explanation.Margin, 1e-5f);
            explanation.Towards.ShouldAllBe(c => c.Moved > 0);
            explanation.Against.ShouldAllBe(c => c.Moved < 0);
        }
    }

    [Fact]
    public void An_isolation_forest_is_explained_by_its_path_lengths()
    {
        var builder = new TreeNodesBuilder();
        for (var t = 0; t < 4; t++)
            RandomTrees.Add(builder, new Random(t), 5, 6);
        var forest = new IsolationForest(builder.Build(), 5, 256);
        float[] vector = [7, float.NaN, 3, 5, 1];
        var explanation = Explain(forest, vector, []);
        var lengths = ShapleyOracle.Of(forest.Nodes, vector);
        foreach (var c in explanation.Contributions)
        {
            var expected = -lengths[_set.Names.ToList().IndexOf(c.Feature)] / (4 * IsolationForest.AveragePathLength(256));
            c.Moved.ShouldBe((float)expected, 1e-6f, c.Feature);
        }

        MathF.Pow(2, explanation.Bias + explanation.Contributions.Sum(c => c.Moved)).ShouldBe(forest.Score(vector), 1e-5f);
    }

    [Fact]
    public void Usual_is_the_median_of_three_earlier_payments_or_more_that_have_the_feature()
    {
        var explainer = new Explainer(_set, Trees(1));
        explainer.Usual([[5, 1, 0, 0, 0], [1, 2, 0, 0, 0], [float.NaN, 9, 0, 0, 0]])[..2].ShouldBe([float.NaN, 2]);
        explainer.Usual([[5, 1, 0, 0, 0], [1, 2, 0, 0, 0], [2, 9, 0, 0, 0], [100, 4, 0, 0, 0]])[..2].ShouldBe([3.5f, 3]);
        explainer.Usual([]).ShouldAllBe(v => float.IsNaN(v));
    }

    [Theory]
    [InlineData("812.00", 86.1f, "amount 812.00 is 9.4 times this account's usual 86.10")]
    [InlineData("25000", 100f, "amount 25,000.00 is 250 times this account's usual 100.00")]
    [InlineData("90.00", 86.1f, "amount 90.00 is about this account's usual 86.10")]
    [InlineData("3", 86.1f, "amount 3.00 is less than this account's usual 86.10")]
    [InlineData("3", 0f, "amount 3.00")]
    [InlineData("3", float.NaN, "amount 3.00")]
    public void An_amount_is_told_beside_the_account_s_usual(string amount, float usual, string text)
    {
        var earlier = Enumerable.Repeat<float[]>([usual, 0, 0, 0, 0], 3).ToArray();
        TextOf("amount", [float.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), 0, 0, 0, 0], earlier, amount).ShouldBe(text);
    }

    [Fact]
    public void What_the_set_says_is_told_with_what_is_usual_in_the_same_unit()
    {
        var earlier = Enumerable.Repeat<float[]>([1, 2, 172_800, 20, 0], 3).ToArray();
        float[] vector = [812, 8, 21_600, 1624, 1];
        TextOf("count_7d", vector, earlier).ShouldBe("8 payments of this account in 7 days (usually 2)");
        TextOf("since", vector, earlier).ShouldBe("the last payment was 0.25 days ago (usually 2)");
        TextOf("plain", vector, earlier).ShouldBe("plain is 1,624 (usually 20)");
        TextOf("silent", vector, earlier).ShouldBe("the amount is no round number");
        TextOf("count_7d", [1, 2, 0, 0, 0], earlier).ShouldBe("2 payments of this account in 7 days (as usual)");
        TextOf("count_7d", vector, []).ShouldBe("8 payments of this account in 7 days");
        TextOf("count_7d", [1, float.NaN, 0, 0, 0], earlier).ShouldBe("count_7d is not known (usually 2)");
        TextOf("since", [1, 1, float.NaN, 0, 0], []).ShouldBe("since is not known");
    }

    [Fact]
    public void A_model_of_other_features_or_without_covers_is_refused()
    {
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var root = builder.AddLeaf(0, 0, 0);
        builder.Split(root, 0, 1f, true, 0, builder.AddLeaf(-1f, 0, 0), builder.AddLeaf(1f, 0, 0));
        Should.Throw<ArgumentException>(() => new Explainer(_set, new TreeEnsemble(builder.Build(), 5, 0.5f))).Message.ShouldContain("sum_hessian");
        Should.Throw<ArgumentException>(() => new Explainer(_set, new TreeEnsemble(builder.Build(), 1, 0.5f))).Message.ShouldContain("has 5");
    }
}
