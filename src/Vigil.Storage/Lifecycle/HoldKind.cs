namespace Vigil.Storage.Lifecycle;

/// <summary>What a hold is on. Stored as lower-case text: never rename one.</summary>
public enum HoldKind
{
    /// <summary>All payments of an account, also those to come.</summary>
    Account,

    /// <summary>One payment.</summary>
    Transaction,

    /// <summary>All payments with event times in a range.</summary>
    Time,
}
