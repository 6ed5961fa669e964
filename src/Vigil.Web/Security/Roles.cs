namespace Vigil.Web.Security;

/// <summary>What an API key may do. Stored with keys: never rename.</summary>
public static class Roles
{
    /// <summary>Submit transactions and read their decisions: a payment system.</summary>
    public const string Decide = "decide";

    /// <summary>Read anomalies and decisions, and change the status of cases: an analyst's tool.</summary>
    public const string Investigate = "investigate";

    /// <summary>Everything that <see cref="Investigate"/> may, and write rules and lists: a fraud analyst.</summary>
    public const string Rules = "rules";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>All of them, the one that may least first.</summary>
    public static IReadOnlyList<string> All { get; } = [Decide, Investigate, Rules, Admin];
}
