using Vigil.Core.Decisions;

namespace Vigil.Core.Rules.Examples;

/// <summary>What rules made of an example.</summary>
/// <param name="Name">What the example shows.</param>
/// <param name="Matched">Rules that matched with effect.</param>
/// <param name="Shadowed">Rules that matched without: drafts, in shadow, or outside of their percentage.</param>
/// <param name="Missing">Rules that could not be told.</param>
/// <param name="Tags">Words that matches gave.</param>
/// <param name="Points">Points that matches gave, of 0.01 of a score.</param>
/// <param name="Outcome">What the rules ask for.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Problems">What is not as expected; empty where all is.</param>
public sealed record RuleExampleResult(
    string Name, IReadOnlyList<string> Matched, IReadOnlyList<string> Shadowed, IReadOnlyList<string> Missing,
    IReadOnlyList<string> Tags, int Points, Outcome Outcome, string Reason, IReadOnlyList<string> Problems)
{
    public bool Passed => Problems.Count == 0;
}
