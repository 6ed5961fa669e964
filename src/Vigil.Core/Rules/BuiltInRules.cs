using Vigil.Core.Decisions;

namespace Vigil.Core.Rules;

/// <summary>The three rules of the deployment guide's system, which every Vigil starts with.</summary>
public static class BuiltInRules
{
    public static RuleSet Guide { get; } = new("builtin-1",
    [
        new Rule(
            "high_amount", Outcome.Review,
            "amount >= 5000",
            "amount {amount} is at or above 5,000"),
        new Rule(
            "gambling_away", Outcome.Review,
            """
            merchant_category == "Gambling" && has(location) && count(account_id, "90d") > 5
            && 5 * count([account_id, location], "90d") < count(account_id, "90d")
            """,
            """
            gambling in {location}, where this account made {count([account_id, location], "90d")} of its
             {count(account_id, "90d")} payments of the last 90 days
            """.ReplaceLineEndings("")),
        new Rule(
            "far_above_average", Outcome.Review,
            """count(account_id, "90d") > 5 && amount >= 5 * mean(amount, account_id, "90d")""",
            """
            amount {amount} is {amount / mean(amount, account_id, "90d")} times this account's average of
             {mean(amount, account_id, "90d")}
            """.ReplaceLineEndings("")),
    ]);
}
