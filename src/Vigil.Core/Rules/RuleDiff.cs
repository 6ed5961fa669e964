namespace Vigil.Core.Rules;

/// <summary>What became of one rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Added, removed or changed.</param>
/// <param name="Rule">Its text: the new one; of one that was removed, the former.</param>
/// <param name="State">Its state: the new one; of one that was removed, the former.</param>
/// <param name="Changes">What changed; empty for one that was added or removed.</param>
public sealed record RuleDiff(string Name, RuleDiffKind Kind, string Rule, RuleState State, IReadOnlyList<ValueChange> Changes);
