namespace Vigil.Training.Isolation;

/// <summary>How an isolation forest is grown; the defaults are the paper's.</summary>
public sealed record IsolationOptions
{
    /// <summary>Trees. 1 to 100,000; default 100.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Rows drawn for each tree, without replacement; all where there are fewer. 2 to 1,000,000; default 256.</summary>
    public int SampleSize { get; init; } = 256;

    /// <summary>Drives the draws; equal inputs and seeds give equal bits. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; 0 for all processors (the default). The model does not depend on it.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">Says which option, its value and what is allowed.</exception>
    public void Validate()
    {
        Check(Trees is >= 1 and <= 100_000, nameof(Trees), Trees, "1 to 100,000");
        Check(SampleSize is >= 2 and <= 1_000_000, nameof(SampleSize), SampleSize, "2 to 1,000,000");
        Check(Threads >= 0, nameof(Threads), Threads, "0 (all processors) or more");
    }

    private static void Check(bool valid, string name, int value, string allowed)
    {
        if (!valid)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; allowed: {allowed}."));
    }
}
