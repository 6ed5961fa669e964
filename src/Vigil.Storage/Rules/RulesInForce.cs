namespace Vigil.Storage.Rules;

/// <summary>The rules in force.</summary>
/// <param name="Set">The version.</param>
/// <param name="Publication">By whom, why and since when.</param>
public sealed record RulesInForce(StoredRuleSet Set, RulePublication Publication);
