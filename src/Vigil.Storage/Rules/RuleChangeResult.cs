namespace Vigil.Storage.Rules;

/// <summary>The answer to a change of the rules.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Set">The version it is about, as it is now; null where there is none.</param>
/// <param name="InForce">The version in force now; null before the first.</param>
public sealed record RuleChangeResult(RuleChangeKind Kind, StoredRuleSet? Set, int? InForce);
