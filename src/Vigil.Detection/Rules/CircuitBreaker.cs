using Vigil.Core.Rules;

namespace Vigil.Detection.Rules;

/// <summary>
/// Notices a rule, or the model, that blocks more than its stated share of the decisions of a window of processing time
/// (Nygard 2007, "Circuit Breaker"). Counts go on over versions of the rules, by name. One thread owns it.
/// </summary>
public sealed class CircuitBreaker
{
    /// <summary>What the model is counted under: no rule can be named so.</summary>
    private const string Model = "";

    private readonly Dictionary<string, (Breaker Policy, SlidingCount Blocks)> _blocks = new(StringComparer.Ordinal);
    private readonly Dictionary<long, SlidingCount> _decisions = [];

    /// <summary>Counts a batch.</summary>
    /// <param name="rules">The rules that decided it.</param>
    /// <param name="batch">What they did.</param>
    /// <param name="now">Processing time, µs.</param>
    public void Add(RuleSet rules, RuleTally batch, long now)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(batch);
        Decisions(rules.Model.Breaker.Window);
        foreach (var rule in rules.Rules)
        {
            if (rule.Breaker is { } policy)
                Decisions(policy.Window);
        }

        foreach (var count in _decisions.Values)
            count.Add(batch.Decisions, now);
        if (batch.ModelBlocks > 0)
            Blocks(Model, rules.Model.Breaker).Add(batch.ModelBlocks, now);
        for (var i = 0; i < batch.Blocked.Length; i++)
        {
            if (batch.Blocked[i] > 0 && rules.Rules[i].Breaker is { } policy)
                Blocks(rules.Rules[i].Name, policy).Add(batch.Blocked[i], now);
        }
    }

    /// <summary>Whether something blocks more than its share. What is returned is counted from zero on.</summary>
    /// <param name="rules">The rules in force.</param>
    /// <param name="now">Processing time, µs.</param>
    /// <param name="trip">What it is.</param>
    public bool TryTrip(RuleSet rules, long now, out BreakerTrip trip)
    {
        ArgumentNullException.ThrowIfNull(rules);
        trip = default;
        if (_blocks.Count == 0)
            return false;
        if (rules.Model.State == RuleState.Active && IsOver(Model, rules.Model.Breaker, now, out trip))
            return true;
        foreach (var rule in rules.Rules)
        {
            if (rule is { State: RuleState.Active, Breaker: { } policy } && IsOver(rule.Name, policy, now, out trip))
                return true;
        }

        return false;
    }

    private bool IsOver(string name, Breaker policy, long now, out BreakerTrip trip)
    {
        trip = default;
        if (!_blocks.TryGetValue(name, out var counted) || counted.Policy != policy)
            return false;
        var decisions = Decisions(policy.Window);
        decisions.Advance(now);
        counted.Blocks.Advance(now);
        if (decisions.Total < policy.Least || counted.Blocks.Total <= policy.Share * decisions.Total)
            return false;
        trip = new BreakerTrip(name.Length == 0 ? null : name, counted.Blocks.Total, decisions.Total, policy);
        counted.Blocks.Clear();
        return true;
    }

    private SlidingCount Decisions(long window)
    {
        if (!_decisions.TryGetValue(window, out var count))
            _decisions.Add(window, count = new SlidingCount(window));
        return count;
    }

    private SlidingCount Blocks(string name, Breaker policy)
    {
        if (!_blocks.TryGetValue(name, out var counted) || counted.Policy != policy)
            _blocks[name] = counted = (policy, new SlidingCount(policy.Window));
        return counted.Blocks;
    }
}
