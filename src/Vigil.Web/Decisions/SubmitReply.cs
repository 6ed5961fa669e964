using Vigil.Core.Transactions;

namespace Vigil.Web.Decisions;

/// <summary>What became of a submitted transaction.</summary>
public abstract record SubmitReply
{
    private SubmitReply()
    {
    }

    /// <summary>It was decided, and the decision is stored.</summary>
    public sealed record Decided(string TransactionId) : SubmitReply;

    /// <summary>It had been decided before: the first decision stands.</summary>
    public sealed record Duplicate(string TransactionId) : SubmitReply;

    /// <summary>Its id belongs to a transaction that says something else.</summary>
    public sealed record Conflict(string TransactionId) : SubmitReply;

    /// <summary>It is no transaction.</summary>
    public sealed record Rejected(Rejection Rejection) : SubmitReply;

    /// <summary>It was not accepted and can be sent again.</summary>
    /// <param name="Reason">For the caller to read: no addresses, no exception texts.</param>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Unavailable(string Reason, TimeSpan RetryAfter) : SubmitReply;
}
