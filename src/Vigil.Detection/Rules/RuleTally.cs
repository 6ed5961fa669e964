using Vigil.Core.Decisions;

namespace Vigil.Detection.Rules;

/// <summary>What rules did in a batch.</summary>
/// <param name="rules">How many there are.</param>
public sealed class RuleTally(int rules)
{
    private readonly int[] _counts = new int[4 * rules];

    /// <summary>Decisions counted.</summary>
    public int Decisions { get; private set; }

    /// <summary>Those that the model, or points, would block.</summary>
    public int ModelBlocks { get; private set; }

    public ReadOnlySpan<int> Matched => Part(0);

    public ReadOnlySpan<int> Shadowed => Part(1);

    public ReadOnlySpan<int> Missing => Part(2);

    /// <summary>Matches with effect in decisions that block.</summary>
    public ReadOnlySpan<int> Blocked => Part(3);

    public void Add(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        Decisions++;
        if (decision.RuleResults.IsEmpty && decision.Outcome != Outcome.Block)
            return;
        if (decision.ScoreOutcome == Outcome.Block && decision.Outcome == Outcome.Block)
            ModelBlocks++;
        foreach (var i in decision.Matched)
        {
            _counts[i]++;
            if (decision.Outcome == Outcome.Block)
                _counts[3 * rules + i]++;
        }

        foreach (var i in decision.Shadowed)
            _counts[rules + i]++;
        foreach (var i in decision.Missing)
            _counts[2 * rules + i]++;
    }

    private ReadOnlySpan<int> Part(int part) => _counts.AsSpan(part * rules, rules);
}
