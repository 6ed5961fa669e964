namespace Vigil.Training.Dataset;

/// <summary>
/// Random numbers that are a function of what they are for (seed, purpose, position) and not of what was drawn before:
/// so the order of work, and the number of threads, cannot change them. The mixing function is SplitMix64's
/// (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
/// </summary>
internal readonly record struct CounterRandom(ulong Key)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>A generator for a part of the work, independent of that of any other part.</summary>
    internal CounterRandom Fork(ulong part) => new(Mix(Key + (GoldenGamma * (part + 1))));

    /// <summary>64 uniform bits at a position.</summary>
    internal ulong Bits(ulong position) => Mix(Mix(Key ^ (GoldenGamma * (position + 1))));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    internal double Uniform(ulong position) => (Bits(position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound).</summary>
    internal int Below(int bound, ulong position) => (int)Math.BigMul(Bits(position), (ulong)bound, out _);

    /// <summary>Puts <paramref name="count"/> of the items, drawn without replacement, in front (Fisher, Yates).</summary>
    internal void Choose(Span<int> items, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var j = i + Below(items.Length - i, (ulong)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
