using System.Text.Json.Serialization;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;

namespace Vigil.Web.Rules;

/// <summary>One rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">What it does and when: <c>review when amount >= 5000</c>.</param>
/// <param name="Action">What a match asks for.</param>
/// <param name="Says">The reason that a match gives; values stand in braces.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Owner">Whom to ask about it.</param>
/// <param name="State">Whether it is a draft, runs in shadow, or has effect.</param>
/// <param name="Percent">Share of entities for which it has effect, 0 to 100.</param>
/// <param name="By">The field that names those entities.</param>
/// <param name="Expires">First event time at which it is no longer evaluated; null for never.</param>
/// <param name="Override">Whether it beats what does not override.</param>
/// <param name="Priority">Orders the reasons, the highest first.</param>
internal sealed record RuleDocument(
    string Name, string Rule, RuleAction Action, string Says, string Description, string Owner, RuleState State,
    double Percent, string By, DateTime? Expires, bool Override, int Priority)
{
    /// <summary>Of a rule that blocks: above which share of the decisions it is put into shadow.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BreakerDocument? Breaker { get; init; }

    public static RuleDocument Of(Core.Rules.Rule rule) => new(
        rule.Name, rule.Text, rule.Action, rule.Says, rule.Description, rule.Owner, rule.State, rule.Percent,
        Fields.Name(rule.By), rule.Expires is { } time ? Timestamp.ToDateTime(time) : null, rule.Override, rule.Priority)
    {
        Breaker = rule.Breaker is { } breaker ? BreakerDocument.Of(breaker) : null,
    };
}

/// <summary>When something that blocks is put into shadow.</summary>
/// <param name="Share">Share of the decisions of the window.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="Least">Fewest decisions that can trip it.</param>
internal sealed record BreakerDocument(double Share, long WindowSeconds, int Least)
{
    public static BreakerDocument Of(Breaker breaker) => new(breaker.Share, breaker.Window / Timestamp.Second, breaker.Least);
}
