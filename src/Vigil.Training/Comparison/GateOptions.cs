namespace Vigil.Training.Comparison;

/// <summary>What a model must show before it takes the place of another.</summary>
public sealed record GateOptions
{
    /// <summary>By how much its average precision must be higher; at least 0, below 1. Default 0.005.</summary>
    public double Margin { get; init; } = 0.005;

    /// <summary>How many times the other's Brier score its own may be; 1 or more. Default 1.05.</summary>
    public double BrierFactor { get; init; } = 1.05;

    /// <summary>How many times as long it may take to score a row; 1 or more. Default 1.5.</summary>
    public double LatencyFactor { get; init; } = 1.5;

    /// <summary>Up to so many microseconds a row it may take in any case. Default 50: then it is not what takes the time.</summary>
    public double LatencyFloor { get; init; } = 50;

    /// <summary>With fewer known frauds than this nothing can be told. 1 or more; default 20.</summary>
    public int MinFrauds { get; init; } = 20;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        if (Margin is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Margin), Margin, "is not at least 0 and below 1");
        ArgumentOutOfRangeException.ThrowIfLessThan(BrierFactor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LatencyFactor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinFrauds, 1);
    }
}
