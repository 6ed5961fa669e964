namespace Vigil.Storage.Rules;

/// <summary>What became of a change to the rules. Nothing was changed unless it is <see cref="Done"/>.</summary>
public enum RuleChangeKind
{
    /// <summary>As asked.</summary>
    Done,

    /// <summary>There is no such version.</summary>
    NotFound,

    /// <summary>The version was approved or rejected before.</summary>
    NotPending,

    /// <summary>Authors do not approve their own proposals.</summary>
    OwnProposal,

    /// <summary>Another version is in force than the one that it is based on.</summary>
    Stale,

    /// <summary>A rollback names a version that was never in force.</summary>
    NeverInForce,

    /// <summary>A rollback names the version that is in force.</summary>
    AlreadyInForce,
}
