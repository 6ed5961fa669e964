namespace Vigil.Storage.Rules;

/// <summary>How far a version has come. Stored as text: never rename.</summary>
public enum RuleSetState
{
    /// <summary>Waits for a second person.</summary>
    Pending,

    /// <summary>May be in force, now or again by a rollback.</summary>
    Published,

    /// <summary>Refused, or withdrawn by its author; never in force.</summary>
    Rejected,
}
