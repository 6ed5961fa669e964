namespace Vigil.Storage.Rules;

/// <summary>Whether a rule set needs a second person before it is in force.</summary>
public enum RuleApproval
{
    /// <summary>In force as soon as it is published.</summary>
    None,

    /// <summary>Pending until somebody other than its author approves it.</summary>
    Required,
}
