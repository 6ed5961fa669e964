using System.Collections.Concurrent;
using System.Globalization;
using Vigil.Core.Rules;
using Vigil.Storage.Rules;

namespace Vigil.Web.Rules;

/// <summary>What the numbers in a decision's rule results stand for. Safe to use from any thread.</summary>
internal sealed class RuleCatalog(RuleSetStore store)
{
    // Few versions decide what a page shows; thousands may have been published.
    private const int MaxKept = 64;

    // Decisions from before rule sets were stored name this; its rules are those that ship, in the same order.
    private const string BuiltIn = "builtin-1";

    private readonly ConcurrentDictionary<string, RuleSet> _sets = new(StringComparer.Ordinal);

    /// <summary>Reads a decision's results by the version that it names.</summary>
    public RuleOutcome Read(string version, byte[] stored)
    {
        if (stored.Length == 0)
            return RuleOutcome.Nothing;
        var results = new RuleResults(stored);
        var set = Find(version);
        return new RuleOutcome(
            Names(set, results.Matched), Names(set, results.Shadowed), Names(set, results.Missing),
            set?.TagsOf(results.Matched) ?? [], set?.PointsOf(results.Matched) ?? 0);
    }

    private static List<string> Names(RuleSet? set, RuleBits bits)
    {
        var names = new List<string>();
        foreach (var i in bits)
        {
            names.Add(set is not null && i < set.Rules.Count
                ? set.Rules[i].Name : string.Create(CultureInfo.InvariantCulture, $"rule {i}"));
        }

        return names;
    }

    private RuleSet? Find(string version)
    {
        if (_sets.TryGetValue(version, out var known))
            return known;
        var content = version == BuiltIn ? RuleSets.Guide
            : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? store.Find(number)?.Content : null;
        if (content is null)
            return null;
        var set = RuleSetJson.Parse(content, version);
        if (_sets.Count >= MaxKept)
            _sets.Clear();
        _sets[version] = set;
        return set;
    }
}

/// <summary>What became of the rules in one decision.</summary>
/// <param name="Matched">Names of the rules that matched with effect.</param>
/// <param name="Shadowed">Names of those that matched without effect.</param>
/// <param name="Missing">Names of those that could not be told.</param>
/// <param name="Tags">The words that matches gave.</param>
/// <param name="Points">What matches added to the score, in points of 0.01.</param>
internal sealed record RuleOutcome(
    IReadOnlyList<string> Matched, IReadOnlyList<string> Shadowed, IReadOnlyList<string> Missing,
    IReadOnlyList<string> Tags, int Points)
{
    public static RuleOutcome Nothing { get; } = new([], [], [], [], 0);
}
