namespace Vigil.Web.Security;

/// <summary>What an API key may do. Stored with keys: never rename.</summary>
public static class Roles
{
    /// <summary>Submit transactions and read their decisions: a payment system.</summary>
    public const string Decide = "decide";

    /// <summary>Read anomalies and decisions, and change the status of cases: an analyst's tool.</summary>
    public const string Investigate = "investigate";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";
}
