namespace Vigil.Core.Rules;

/// <summary>From how many points on score rules have an effect where no model has a say. A point is 0.01 of a score.</summary>
/// <param name="Review">Points from which a transaction is reviewed, 1 to 100.</param>
/// <param name="Block">Points from which it is blocked, from <paramref name="Review"/> to 100; 101 for never.</param>
public sealed record PointThresholds(int Review, int Block)
{
    /// <summary>For <see cref="Block"/>: more points than there can be.</summary>
    public const int Never = 101;
}
