using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Detection.Backtest;

/// <summary>
/// The rules under test and those in force as one program, in which every rule is in shadow: states, percentages and
/// snoozes say whom a match concerns, and what is asked is what a rule matches.
/// </summary>
internal sealed class BacktestRules
{
    private BacktestRules(IReadOnlyList<Rule> tested, IReadOnlyList<Rule> inForce, string? version, RuleProgram combined) =>
        (Tested, InForce, InForceVersion, Combined) = (tested, inForce, version, combined);

    public IReadOnlyList<Rule> Tested { get; }

    public IReadOnlyList<Rule> InForce { get; }

    public string? InForceVersion { get; }

    /// <summary>First the rules tested, then those in force.</summary>
    public RuleProgram Combined { get; }

    /// <param name="tested">The rules under test.</param>
    /// <param name="inForce">The rules in force; null for none.</param>
    /// <param name="features">What they are compiled for.</param>
    /// <exception cref="RuleSetException">A rule under test does not compile.</exception>
    public static BacktestRules Compile(RuleSet tested, RuleSet? inForce, FeatureSet features)
    {
        // Each by itself first: an error must point into the text that its author wrote.
        RuleProgram.Compile(tested, features);
        IReadOnlyList<Rule> others = inForce is not null && tested.Rules.Count + inForce.Rules.Count <= RuleSet.MaxRules
            ? [.. inForce.Rules.Where(rule => rule.State != RuleState.Draft)]
            : [];
        try
        {
            return new BacktestRules(tested.Rules, others, inForce?.Version, Combine([.. tested.Rules, .. others], features));
        }
        catch (RuleSetException) when (others.Count > 0)
        {
            // Too dear together, or those in force are for another feature set.
            return new BacktestRules(tested.Rules, [], null, Combine(tested.Rules, features));
        }
    }

    /// <summary>Whether a match becomes an alert.</summary>
    public static bool Alerts(Rule rule) => rule.Action is RuleAction.Review or RuleAction.Block;

    private static RuleProgram Combine(IReadOnlyList<Rule> rules, FeatureSet features) => RuleProgram.Compile(
        RuleSet.Of("", [.. rules.Select((rule, i) => new Rule($"rule_{i}", RuleAction.Review, rule.When)
        {
            State = RuleState.Shadow,
            Expires = rule.Expires,
        })]),
        features);
}
