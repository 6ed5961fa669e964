namespace Vigil.Training.Simulation;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014), started at a hash of
/// (seed, purpose, a, b): as many independent streams as there are keys, and none needs another to have run before.
/// Only IEEE 754 basic operations follow, so the numbers are the same bits on every platform and runtime.
/// </summary>
internal struct RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <param name="state">The state before the first number.</param>
    internal RandomStream(ulong state) => _state = state;

    /// <param name="seed">The simulation's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="a">First part of the key, such as a customer.</param>
    /// <param name="b">Second part of the key, such as a day.</param>
    public RandomStream(ulong seed, RandomPurpose purpose, long a, long b = 0)
    {
        _state = Mix(seed + Golden);
        _state = Mix(_state + (ulong)purpose * Golden);
        _state = Mix(_state + (ulong)a * Golden);
        _state = Mix(_state + (ulong)b * Golden);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += Golden);

    /// <summary>Uniform in the open interval (0, 1).</summary>
    public double Uniform() => ((Next() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform in (low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>Uniform in 0..count-1; the bias is below count / 2^64.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Normal with the given mean and standard deviation, by inversion.</summary>
    public double Normal(double mean, double deviation) => mean + deviation * PortableMath.NormalQuantile(Uniform());

    /// <summary>Poisson: how many exponential waits of mean 1 fit into <paramref name="mean"/>. Costs mean + 1 numbers.</summary>
    public int Poisson(double mean)
    {
        var count = 0;
        for (var waited = -PortableMath.Log(Uniform()); waited <= mean; waited -= PortableMath.Log(Uniform()))
            count++;
        return count;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
