using Vigil.Core.Transactions;

namespace Vigil.Detection.Embedded;

/// <summary>The answer to a submission.</summary>
public enum SubmissionKind
{
    /// <summary>Decided and stored.</summary>
    Decided,

    /// <summary>Decided and stored before, with the same content.</summary>
    Duplicate,

    /// <summary>Another transaction has this id.</summary>
    Conflict,

    /// <summary>No transaction.</summary>
    Rejected,

    /// <summary>Taken, but not decided by the caller's deadline; its id is not known yet.</summary>
    Late,

    /// <summary>Not taken; it can be sent again.</summary>
    Unavailable,
}

/// <summary>The answer to a submission.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="TransactionId">Its id; empty where it was rejected or not taken.</param>
/// <param name="Rejection">Why it is no transaction.</param>
/// <param name="Unavailable">Why it was not taken, for the sender: no addresses, no exception texts.</param>
public readonly record struct SubmissionResult(
    SubmissionKind Kind, string TransactionId = "", Rejection Rejection = default, string Unavailable = "");
