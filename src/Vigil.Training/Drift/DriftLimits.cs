namespace Vigil.Training.Drift;

/// <summary>From where on drift is worth somebody's attention.</summary>
public sealed record DriftLimits
{
    /// <summary>Population stability index of a feature; above 0. Default 0.25: much has changed.</summary>
    public double FeaturePsi { get; init; } = 0.25;

    /// <summary>Population stability index of the score; above 0. Default 0.1: a small change of the score is many alerts.</summary>
    public double ScorePsi { get; init; } = 0.1;

    /// <summary>By how much the share of rows that lack a feature may differ, in (0, 1]. Default 0.05.</summary>
    public double Missing { get; init; } = 0.05;

    /// <summary>How many times as many, or as few, frauds there may be among labelled rows; above 1. Default 1.5.</summary>
    public double LabelRatio { get; init; } = 1.5;

    /// <summary>Fewer rows than this say nothing; 1 or more. Default 1,000.</summary>
    public int MinRows { get; init; } = 1_000;

    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public void Validate()
    {
        Check(FeaturePsi > 0, FeaturePsi, nameof(FeaturePsi));
        Check(ScorePsi > 0, ScorePsi, nameof(ScorePsi));
        Check(Missing is > 0 and <= 1, Missing, nameof(Missing));
        Check(LabelRatio > 1, LabelRatio, nameof(LabelRatio));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinRows, 1);
    }

    private static void Check(bool holds, double value, string name)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, "is out of its range");
    }
}
