using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class RandomStreamTests
{
    [Fact]
    public void Numbers_are_those_of_the_reference_SplitMix64()
    {
        // Vigna's splitmix64.c with the state 1234567, as widely published.
        var random = new RandomStream(1234567);
        ulong[] numbers = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];
        numbers.ShouldBe([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]);
    }

    [Fact]
    public void Every_part_of_the_key_names_another_stream()
    {
        var firsts = new[]
        {
            new RandomStream(1, RandomPurpose.Purchases, 2, 3).Next(), new RandomStream(2, RandomPurpose.Purchases, 2, 3).Next(),
            new RandomStream(1, RandomPurpose.CustomerProfile, 2, 3).Next(), new RandomStream(1, RandomPurpose.Purchases, 3, 2).Next(),
            new RandomStream(1, RandomPurpose.Purchases, 2, 4).Next(), new RandomStream(1, RandomPurpose.Purchases, 3, 3).Next(),
        };
        firsts.Distinct().Count().ShouldBe(firsts.Length);
        new RandomStream(1, RandomPurpose.Purchases, 2, 3).Next().ShouldBe(firsts[0]);
    }

    [Fact]
    public void Uniform_never_reaches_its_ends()
    {
        // The states before the outputs 0 and 2^64 - 1 cannot be written down easily; the formula's ends can.
        (0.5 * (1.0 / (1UL << 52))).ShouldBeGreaterThan(0);
        (((ulong.MaxValue >> 12) + 0.5) * (1.0 / (1UL << 52))).ShouldBeLessThan(1);
        var random = new RandomStream(7);
        for (var i = 0; i < 100_000; i++)
            random.Uniform().ShouldBeInRange(double.Epsilon, 1 - 1e-17);
    }

    [Fact]
    public void Moments_of_the_distributions_are_right()
    {
        const int n = 200_000;
        var random = new RandomStream(42);
        double uniform = 0, normal = 0, normalSquare = 0, poisson = 0, poissonSquare = 0, below = 0;
        for (var i = 0; i < n; i++)
        {
            uniform += random.Uniform(5, 100);
            var z = random.Normal(10, 2);
            normal += z;
            normalSquare += (z - 10) * (z - 10);
            var k = random.Poisson(2.5);
            poisson += k;
            poissonSquare += (k - 2.5) * (k - 2.5);
            below += random.Below(7);
        }

        // Five standard errors of each estimate.
        (uniform / n).ShouldBe(52.5, 5 * 27.4 / Math.Sqrt(n));
        (normal / n).ShouldBe(10, 5 * 2 / Math.Sqrt(n));
        (normalSquare / n).ShouldBe(4, 5 * 4 * Math.Sqrt(2.0 / n));
        (poisson / n).ShouldBe(2.5, 5 * Math.Sqrt(2.5 / n));
        (poissonSquare / n).ShouldBe(2.5, 5 * 4 / Math.Sqrt(n));
        (below / n).ShouldBe(3, 5 * 2 / Math.Sqrt(n));
    }
}
