namespace Vigil.Core.Decisions;

/// <summary>From which score on a model asks for more than letting a transaction pass.</summary>
/// <param name="Review">Scores at or above it are reviewed; in [0, 1], or above 1 for never.</param>
/// <param name="Block">Scores at or above it are blocked; not below <paramref name="Review"/>.</param>
public readonly record struct Thresholds(double Review, double Block)
{
    /// <summary>A model without a say.</summary>
    public static Thresholds Never { get; } = new(2, 2);

    public Outcome Judge(double score) =>
        score >= Block ? Outcome.Block : score >= Review ? Outcome.Review : Outcome.Allow;
}
