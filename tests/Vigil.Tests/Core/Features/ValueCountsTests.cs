using FsCheck;
using FsCheck.Fluent;
using Vigil.Core.Features;

namespace Vigil.Tests.Core.Features;

/// <summary>Against a dictionary.</summary>
public sealed class ValueCountsTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 5_000)]
    public void Values_come_and_go_as_in_a_dictionary(int seed, int distinct)
    {
        var random = new Random(seed);

        // All that collides: equal low bits, equal high bits, neighbours, the ends of the range.
        ulong Value(int i) => (i % 4) switch
        {
            0 => (ulong)i << 40,
            1 => ulong.MaxValue - (ulong)i,
            2 => (ulong)i * 0x9E3779B97F4A7C15,
            _ => (ulong)i,
        } | 1;
        var (counts, held) = (new ValueCounts(), new List<ulong>());
        for (var step = 0; step < 40_000; step++)
        {
            if (held.Count == 0 || random.Next(10) < (step % 10_000 < 5_000 ? 7 : 3))
            {
                held.Add(Value(random.Next(distinct)));
                counts.Add(held[^1]);
            }
            else
            {
                var at = random.Next(held.Count);
                counts.Remove(held[at]);
                (held[at], held[^1]) = (held[^1], held[at]);
                held.RemoveAt(held.Count - 1);
            }

            if (step % 53 == 0)
                counts.Distinct.ShouldBe(held.Distinct().Count());
        }

        foreach (var value in held)
            counts.Remove(value);
        counts.Distinct.ShouldBe(0);
    }

    [Fact]
    public void Any_few_values_are_counted() =>
        Prop.ForAll(Gen.Choose(0, 9).ListOf().ToArbitrary(), values =>
        {
            var counts = new ValueCounts();
            foreach (var value in values)
                counts.Add((ulong)value << 32 | 1);
            foreach (var value in values.Take(values.Count / 2))
                counts.Remove((ulong)value << 32 | 1);
            counts.Distinct.ShouldBe(values.Skip(values.Count / 2).Distinct().Count());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_that_is_not_there_cannot_be_removed()
    {
        var counts = new ValueCounts();
        counts.Add(3);
        counts.Remove(3);
        Should.Throw<InvalidOperationException>(() => counts.Remove(3));
    }
}
