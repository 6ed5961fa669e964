namespace Vigil.Core.Rules;

/// <summary>What becomes of a rule's matches. Written in lower case in a rule set's JSON.</summary>
public enum RuleState
{
    /// <summary>It is checked when it is published, and otherwise ignored.</summary>
    Draft,

    /// <summary>It is evaluated and recorded, without effect.</summary>
    Shadow,

    /// <summary>It has effect.</summary>
    Active,
}
