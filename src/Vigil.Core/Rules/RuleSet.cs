namespace Vigil.Core.Rules;

/// <summary>The rules that decide beside the model.</summary>
/// <param name="Version">Names the set in every decision that it had a part in.</param>
/// <param name="Rules">In order; at most 64.</param>
public sealed record RuleSet(string Version, IReadOnlyList<Rule> Rules)
{
    /// <summary>Most rules of one set: a decision keeps a bit for each.</summary>
    public const int MaxRules = 64;
}
