namespace Vigil.Storage.Rules;

/// <summary>How the policy is set.</summary>
public static class RuleApprovalText
{
    /// <summary>The environment variable that says it.</summary>
    public const string Variable = "RULES_APPROVAL";

    /// <summary>Reads the value of <see cref="Variable"/>: <c>required</c> or <c>none</c>; null and empty are none.</summary>
    /// <exception cref="FormatException">It is something else: a policy that is misspelled must not be off.</exception>
    public static RuleApproval Parse(string? value) => value?.Trim() switch
    {
        null or "" or "none" => RuleApproval.None,
        "required" => RuleApproval.Required,
        _ => throw new FormatException($"{Variable} is neither required nor none: {value}"),
    };
}
