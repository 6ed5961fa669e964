namespace Vigil.Storage.Rules;

/// <summary>A rule that has no effect for one entity until a date.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Entity">The field that names the entity, such as <c>account_id</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Until">First event time at which the rule has effect again, microseconds since the epoch.</param>
/// <param name="Reason">Why.</param>
public sealed record Snooze(string Rule, string Entity, string Value, long Until, string Reason)
{
    /// <summary>The reserved list that holds the snoozes of a rule.</summary>
    public static string ListOf(string rule) => ListPrefix + rule;

    /// <summary>How the list names the entity.</summary>
    public string Entry => $"{Entity}={Value}";

    internal const string ListPrefix = "snooze/";
}
