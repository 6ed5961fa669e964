using Vigil.Core.Transactions;
using Vigil.Storage.Cases;

namespace Vigil.Web.Decisions;

/// <summary>What became of a submitted transaction.</summary>
public abstract record SubmitReply
{
    private SubmitReply()
    {
    }

    /// <summary>It was decided, and the decision is stored.</summary>
    /// <param name="TransactionId">Its id.</param>
    /// <param name="Record">What is stored, where the gateway has read it already.</param>
    public sealed record Decided(string TransactionId, DecisionRecord? Record = null) : SubmitReply;

    /// <summary>It had been decided before: the first decision stands.</summary>
    /// <param name="TransactionId">Its id.</param>
    /// <param name="Record">What is stored, where the gateway has read it already.</param>
    public sealed record Duplicate(string TransactionId, DecisionRecord? Record = null) : SubmitReply;

    /// <summary>It was taken, and was not decided by the deadline; the decision comes without the caller.</summary>
    public sealed record Late(string TransactionId) : SubmitReply;

    /// <summary>Its id belongs to a transaction that says something else.</summary>
    public sealed record Conflict(string TransactionId) : SubmitReply;

    /// <summary>It is no transaction.</summary>
    public sealed record Rejected(Rejection Rejection) : SubmitReply;

    /// <summary>It was not accepted and can be sent again.</summary>
    /// <param name="Reason">For the caller to read: no addresses, no exception texts.</param>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Unavailable(string Reason, TimeSpan RetryAfter) : SubmitReply;
}
