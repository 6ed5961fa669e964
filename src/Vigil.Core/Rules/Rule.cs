using Vigil.Core.Decisions;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>One rule: <c>ACTION when PREDICATE</c>, and who may see it work (docs/rules.md).</summary>
/// <param name="Name">Unique in its set: a lower-case letter, then up to 63 lower-case letters, digits and underscores.</param>
/// <param name="Action">What a match asks for.</param>
/// <param name="When">The predicate, an expression.</param>
public sealed record Rule(string Name, RuleAction Action, string When)
{
    /// <summary>Of <see cref="RuleAction.Tag"/>: the word; otherwise empty.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Of <see cref="RuleAction.Score"/>: what is added to the score, in points of 0.01; -100 to 100, not 0.</summary>
    public int Points { get; init; }

    /// <summary>The reason in words; {expression} is replaced by its value. The rule's name where nothing is said.</summary>
    public string Says { get; init; } = Name;

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whom to ask about it.</summary>
    public string Owner { get; init; } = "";

    public RuleState State { get; init; } = RuleState.Active;

    /// <summary>Share of the entities for which an active rule has effect, 0 to 100; for the others it is in shadow.</summary>
    public double Percent { get; init; } = 100;

    /// <summary>The field whose value says which share a transaction belongs to.</summary>
    public Field By { get; init; } = Field.AccountId;

    /// <summary>Event time in microseconds from which on it is not evaluated; null for never.</summary>
    public long? Expires { get; init; }

    /// <summary>Whether it beats everything that does not override: the model, points, and graver rules.</summary>
    public bool Override { get; init; }

    /// <summary>Orders the reasons of a decision, the highest first.</summary>
    public int Priority { get; init; }

    /// <summary>Of <see cref="RuleAction.Block"/>: when it is put into shadow; otherwise null.</summary>
    public Breaker? Breaker { get; init; } = Action == RuleAction.Block ? Rules.Breaker.Default : null;

    /// <summary>The rule as text, such as <c>score(+15) when amount > 100</c>.</summary>
    public string Text => $"{ActionText} when {When}";

    internal string ActionText => Action switch
    {
        RuleAction.Tag => $"tag(\"{Tag}\")",
        RuleAction.Score => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"score({Points:+0;-0})"),
        _ => Action.ToString().ToLowerInvariant(),
    };

    internal Outcome Outcome => Action switch
    {
        RuleAction.Block => Outcome.Block,
        RuleAction.Review => Outcome.Review,
        _ => Outcome.Allow,
    };
}
