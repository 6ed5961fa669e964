using Vigil.Core.Decisions;

namespace Vigil.Core.Rules;

/// <summary>One rule: what happens to a transaction that meets a condition, and what the analyst is told.</summary>
/// <param name="Name">Unique in its set.</param>
/// <param name="Outcome">What a match asks for; the gravest outcome wins.</param>
/// <param name="When">The condition, an expression.</param>
/// <param name="Says">The reason in words; {expression} is replaced by its value.</param>
public sealed record Rule(string Name, Outcome Outcome, string When, string Says);
