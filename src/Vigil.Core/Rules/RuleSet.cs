using System.Security.Cryptography;
using System.Text;

namespace Vigil.Core.Rules;

/// <summary>Rules that decide beside the model: one immutable version, read by <see cref="RuleSetJson"/>.</summary>
public sealed record RuleSet
{
    /// <summary>Most rules of one set.</summary>
    public const int MaxRules = 1_024;

    internal RuleSet(
        string version, string name, string description, ModelPolicy model, PointThresholds? points, IReadOnlyList<Rule> rules,
        string? content = null)
    {
        (Version, Name, Description, Model, Points, Rules) = (version, name, description, model, points, rules);
        Content = content ?? RuleSetJson.Write(this);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RuleSetJson.Canonical(this))));
    }

    /// <summary>No rules: the model decides alone.</summary>
    public static RuleSet None { get; } = new("", "none", "", ModelPolicy.Default, null, []);

    /// <summary>Its number, such as <c>7</c>, in every decision that it had a part in; empty where it was never published.</summary>
    public string Version { get; }

    public string Name { get; }

    public string Description { get; }

    public ModelPolicy Model { get; }

    /// <summary>What points do without a model; null for nothing.</summary>
    public PointThresholds? Points { get; }

    /// <summary>In order: bit i of a decision's results is rule i. At most <see cref="MaxRules"/>.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The JSON as it was read.</summary>
    public string Content { get; }

    /// <summary>64 hexadecimal digits: SHA-256 of the content without white space, comments and what is default anyway.</summary>
    public string Hash { get; }

    /// <summary>A set from rules made in code.</summary>
    /// <exception cref="RuleSetException">They do not make a valid set.</exception>
    public static RuleSet Of(string version, params IReadOnlyList<Rule> rules) =>
        RuleSetJson.Parse(RuleSetJson.Write(new RuleSet(version, "rules", "", ModelPolicy.Default, null, rules)), version);

    /// <summary>The same set with something put into shadow, for a new version.</summary>
    /// <param name="version">Of the result.</param>
    /// <param name="rule">Name of the rule; null for the model.</param>
    public RuleSet InShadow(string version, string? rule) => new(
        version, Name, Description,
        rule is null ? Model with { State = RuleState.Shadow } : Model,
        Points,
        [.. Rules.Select(r => r.Name == rule ? r with { State = RuleState.Shadow } : r)]);

    /// <summary>The same set with each rule changed, for a new version.</summary>
    /// <param name="version">Of the result.</param>
    /// <param name="change">Gives the rule that takes a rule's place.</param>
    public RuleSet With(string version, Func<Rule, Rule> change) =>
        new(version, Name, Description, Model, Points, [.. Rules.Select(change)]);

    /// <summary>The words that matches gave, in the order of the rules.</summary>
    public IReadOnlyList<string> TagsOf(RuleBits matched)
    {
        var tags = new List<string>();
        foreach (var i in matched)
        {
            if (i < Rules.Count && Rules[i].Action == RuleAction.Tag && !tags.Contains(Rules[i].Tag))
                tags.Add(Rules[i].Tag);
        }

        return tags;
    }

    /// <summary>What matches added to the score, in points of 0.01.</summary>
    public int PointsOf(RuleBits matched)
    {
        var points = 0;
        foreach (var i in matched)
            points += i < Rules.Count ? Rules[i].Points : 0;
        return points;
    }
}
