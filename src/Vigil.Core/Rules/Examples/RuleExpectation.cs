using Vigil.Core.Decisions;

namespace Vigil.Core.Rules.Examples;

/// <summary>What is expected of a transaction; null for what is not looked at.</summary>
/// <param name="Rules">Names of the rules that match, whatever their state, and of no others.</param>
/// <param name="NotRules">Names of rules that do not match.</param>
/// <param name="Missing">Names of the rules that cannot be told, and of no others.</param>
/// <param name="Outcome">What the rules ask for, in the states that they have.</param>
/// <param name="Says">A text that the reasons contain.</param>
public sealed record RuleExpectation(
    IReadOnlyList<string>? Rules = null, IReadOnlyList<string>? NotRules = null, IReadOnlyList<string>? Missing = null,
    Outcome? Outcome = null, string? Says = null);
