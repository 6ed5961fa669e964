using FsCheck;
using FsCheck.Fluent;
using Vigil.Core.Features;

namespace Vigil.Tests.Core.Features;

/// <summary>Against a sorted list.</summary>
public sealed class OrderedUnitsTests
{
    [Theory]
    [InlineData(1, 3, 3_000)]
    [InlineData(2, 1, 2_000)]
    [InlineData(3, 1_000_000, 5_000)]
    [InlineData(4, 40, 6_000)]
    public void Thousands_of_values_come_and_go_as_from_a_sorted_list(int seed, int distinct, int most)
    {
        var random = new Random(seed);
        var (units, list) = (new OrderedUnits(), new List<long>());
        for (var step = 0; step < 4 * most; step++)
        {
            // It fills up, is emptied to a few, and fills up again.
            var grow = step % (2 * most) < most;
            if (list.Count == 0 || random.Next(10) < (grow ? 9 : 1))
                Add(random.Next(distinct) * 1_000_000_000_000L);
            else
                RemoveAt(random.Next(list.Count));
            if (step % 97 == 0)
                Check(units, list, random);
        }

        while (list.Count > 0)
            RemoveAt(random.Next(list.Count));
        units.Count.ShouldBe(0);
        Add(5);
        Check(units, list, random);

        void Add(long value)
        {
            units.Add(value);
            var at = list.BinarySearch(value);
            list.Insert(at < 0 ? ~at : at, value);
        }

        void RemoveAt(int index)
        {
            units.Remove(list[index]);
            list.RemoveAt(index);
        }
    }

    [Fact]
    public void Any_few_values_are_in_order() =>
        Prop.ForAll(Gen.Choose(-3, 3).Select(v => (long)v).ListOf().ToArbitrary(), values =>
        {
            var units = new OrderedUnits();
            foreach (var value in values)
                units.Add(value);
            foreach (var value in values.Take(values.Count / 2))
                units.Remove(value);
            Check(units, [.. values.Skip(values.Count / 2).Order()], new Random(values.Count));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stream_of_growing_amounts_that_slides_through_keeps_its_order()
    {
        var (units, list) = (new OrderedUnits(), new List<long>());
        for (var i = 0L; i < 20_000; i++)
        {
            units.Add(i);
            list.Add(i);
            if (i < 1_500)
                continue;
            units.Remove(list[0]);
            list.RemoveAt(0);
        }

        Check(units, list, new Random(1));
    }

    [Fact]
    public void A_value_that_is_not_there_cannot_be_removed_nor_a_rank_beyond_the_last_read()
    {
        var units = new OrderedUnits();
        units.Add(1);
        Should.Throw<InvalidOperationException>(() => units.Remove(2));
        Should.Throw<ArgumentOutOfRangeException>(() => units.At(1));
        Should.Throw<ArgumentOutOfRangeException>(() => units.At(-1));
    }

    private static void Check(OrderedUnits units, List<long> list, Random random)
    {
        units.Count.ShouldBe(list.Count);
        for (var i = 0; i < 10 && list.Count > 0; i++)
        {
            var rank = i switch { 0 => 0, 1 => list.Count - 1, _ => random.Next(list.Count) };
            units.At(rank).ShouldBe(list[rank]);
            var (from, to) = (random.Next(list.Count + 1), random.Next(list.Count + 1));
            Int128 sum = 0, squares = 0;
            for (var at = from; at < to; at++)
                (sum, squares) = (sum + list[at], squares + (Int128)list[at] * list[at]);
            units.Moments(from, to).ShouldBe((sum, squares));
        }
    }
}
