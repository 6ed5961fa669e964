using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Detection.Backtest;

/// <summary>What a backtest runs.</summary>
/// <param name="Rules">The rules under test, in whatever state: each is taken as if it had been there, for everybody.</param>
/// <param name="Features">The features that they may name.</param>
public sealed record BacktestPlan(RuleSet Rules, FeatureSet Features)
{
    /// <summary>The rules to compare with; null for none.</summary>
    public RuleSet? InForce { get; init; }

    /// <summary>First event time of the period, µs.</summary>
    public long From { get; init; } = long.MinValue;

    /// <summary>First event time after it, µs.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>Before this event time labels count as complete, µs: a transaction without one is legitimate.</summary>
    public required long MatureTo { get; init; }

    /// <summary>Most examples of each kind, for each rule; 0 or more.</summary>
    public int Examples { get; init; } = 5;
}
