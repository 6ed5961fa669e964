using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

public sealed class ScoringTests
{
    public static TheoryData<ModelKind> Kinds => [ModelKind.Trees, ModelKind.IsolationForest, ModelKind.Logistic];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_of_any_size_scores_as_each_row_alone_bit_for_bit(ModelKind kind)
    {
        var model = SampleModels.Of(kind);
        var rows = SampleModels.Rows;
        foreach (var count in new[] { 0, 1, 7, 8, 9, 64, 300 })
        {
            var scores = new float[count];
            model.Score(rows.Values[..(count * rows.ColumnCount)], scores);
            for (var i = 0; i < count; i++)
                BitConverter.SingleToInt32Bits(scores[i]).ShouldBe(BitConverter.SingleToInt32Bits(model.Score(rows.Row(i))), $"row {i} of {count}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Scoring_allocates_nothing(ModelKind kind)
    {
        var model = SampleModels.Of(kind);
        var rows = SampleModels.Rows;
        var scores = new float[rows.RowCount];
        var sum = Score();
        Allocations.Of(() => sum += Score()).ShouldBe(0);
        sum.ShouldBeGreaterThan(0);

        float Score()
        {
            model.Score(rows.Values, scores);
            var total = 0f;
            for (var i = 0; i < rows.RowCount; i++)
                total += model.Score(rows.Row(i));
            return total;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_of_another_length_are_refused(ModelKind kind)
    {
        var model = SampleModels.Of(kind);
        Should.Throw<ArgumentException>(() => model.Score(new float[18]));
        Should.Throw<ArgumentException>(() => model.Score(new float[37], new float[2]));
    }

    [Fact]
    public void The_packed_walk_agrees_with_the_definition_at_thresholds_infinities_zeros_and_missing_values()
    {
        var model = SampleModels.Trees;
        var plain = new TreeWalker(model.Nodes, model.FeatureCount, model.BaseMargin);
        var random = new Random(4);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, float.MaxValue, float.MinValue];
        for (var i = 0; i < 5000; i++)
        {
            var row = new float[model.FeatureCount];
            foreach (ref var value in row.AsSpan())
            {
                var node = random.Next(model.Nodes.Count);
                value = random.Next(4) switch
                {
                    0 => special[random.Next(special.Length)],
                    1 => model.Nodes.Value[node],
                    2 => MathF.BitDecrement(model.Nodes.Value[node]),
                    _ => random.NextSingle() * 10,
                };
            }

            model.Margin(row).ShouldBe(plain.MarginByPlainWalk(row));
        }
    }

    [Fact]
    public void Negative_thresholds_and_zeros_split_as_floats_do()
    {
        var builder = new TreeNodesBuilder();
        foreach (var (threshold, defaultLeft) in new[] { (-1.5f, true), (0f, false), (-0f, true), (2.5f, false) })
        {
            builder.BeginTree();
            var root = builder.AddLeaf(0, 0, 0);
            builder.Split(root, 0, threshold, defaultLeft, 0, builder.AddLeaf(1f, 0, 0), builder.AddLeaf(16f, 0, 0));
        }

        var model = new TreeEnsemble(builder.Build(), 1, 0.5f);
        Margin(-2f).ShouldBe(4f);
        Margin(-1.5f).ShouldBe(19f);
        Margin(-0f).ShouldBe(49f, "-0 is not below 0");
        Margin(0f).ShouldBe(49f);
        Margin(2.5f).ShouldBe(64f);
        Margin(float.NaN).ShouldBe(34f);

        float Margin(float value) => model.Margin([value]);
    }

    [Fact]
    public void A_model_too_wide_for_the_packed_form_scores_by_the_definition()
    {
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var root = builder.AddLeaf(0, 0, 0);
        builder.Split(root, 4999, 1f, true, 0, builder.AddLeaf(-1f, 0, 0), builder.AddLeaf(1f, 0, 0));
        var model = new TreeEnsemble(builder.Build(), 5000, 0.5f);
        var rows = new float[10 * 5000];
        rows[4999] = 1f;
        var margins = new float[10];
        model.Margin(rows, margins);
        margins.ShouldBe([1f, -1f, -1f, -1f, -1f, -1f, -1f, -1f, -1f, -1f]);
    }
}
