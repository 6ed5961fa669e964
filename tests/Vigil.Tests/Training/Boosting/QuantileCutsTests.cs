using FsCheck;
using FsCheck.Fluent;
using Vigil.Training.Boosting;

namespace Vigil.Tests.Training.Boosting;

public sealed class QuantileCutsTests
{
    [Fact]
    public void Every_distinct_value_has_its_own_bin_when_there_are_enough()
    {
        QuantileCuts.Find([1f, 1f, 2f, 4f, 4f, 9f], 4, 0.125).ShouldBe([1.5f, 3f, 6.5f]);
    }

    [Fact]
    public void The_tails_keep_all_their_values_when_there_are_too_few_bins()
    {
        var values = Enumerable.Range(0, 10_000).Select(i => (float)i).ToArray();
        var cuts = QuantileCuts.Find(values, 64, 0.125);
        cuts.Length.ShouldBe(63);
        cuts[..8].ShouldBe([0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f]);
        cuts[^8..].ShouldBe([9991.5f, 9992.5f, 9993.5f, 9994.5f, 9995.5f, 9996.5f, 9997.5f, 9998.5f]);
        var middle = cuts[7..^7].Zip(cuts[8..^7], (a, b) => b - a).ToArray();
        middle.Max().ShouldBeLessThan(1.1f * middle.Min(), "the middle is cut at equal numbers of rows");
    }

    [Fact]
    public void A_value_that_most_rows_have_does_not_take_the_bins_of_the_others()
    {
        float[] values = [.. Enumerable.Repeat(0f, 100_000), .. Enumerable.Range(1, 1000).Select(i => (float)i)];
        QuantileCuts.Find(values, 101, 0).Length.ShouldBe(100);
    }

    [Fact]
    public void Any_values_give_ascending_finite_cuts_and_codes_that_agree_with_them()
    {
        var bins = Gen.Choose(2, 40);
        var extreme = Gen.Elements(0f, -0f, float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 1f, 1.0000001f);
        var some = Gen.OneOf(extreme, Gen.Choose(-50, 50).Select(i => i / 4f)).ArrayOf();
        Prop.ForAll(some.ToArbitrary(), bins.ToArbitrary(), (values, count) =>
        {
            Array.Sort(values);
            var cuts = QuantileCuts.Find(values, count, 0.2);
            var column = new BinnedColumn(cuts, hasMissing: true, canIsolateMissing: true);
            return cuts.Length < count
                && cuts.All(float.IsFinite)
                && cuts.Zip(cuts.Skip(1)).All(p => p.First < p.Second)
                && values.All(v => column.CodeOf(v) == cuts.Count(c => c <= v))
                && column.CodeOf(float.NaN) == column.MissingCode;
        }).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void The_radix_sort_orders_as_the_comparison_does()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 5000).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)))).ToArray();
        values[7] = float.NegativeInfinity;
        values[8] = float.PositiveInfinity;
        var expected = values.Order().ToArray();
        FloatSort.Ascending(values);
        values.ShouldBe(expected);
    }
}
