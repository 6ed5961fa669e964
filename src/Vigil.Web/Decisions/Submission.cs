using Vigil.Core.Decisions;
using Vigil.Web.Caching;
using Vigil.Web.Problems;

namespace Vigil.Web.Decisions;

/// <summary>Submits transactions and turns each reply into the document or the problem that answers it.</summary>
internal sealed class Submission(IDecisionGateway gateway, DecisionReader decisions, AnomalyCache? cache = null)
{
    /// <summary>Exactly one of the two results is not null.</summary>
    public async Task<(DecisionDocument? Decision, ProblemResult? Problem)> DecideAsync(
        ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        switch (await gateway.SubmitAsync(json, cancel))
        {
            case SubmitReply.Decided decided:
                var decision = Stored(decided.TransactionId);
                if (decision.Outcome != Outcome.Allow)
                    cache?.Flagged();
                return (decision with { Replayed = false }, null);
            case SubmitReply.Duplicate duplicate:
                return (Stored(duplicate.TransactionId) with { Replayed = true }, null);
            case SubmitReply.Conflict:
                return (null, new ProblemResult(
                    ProblemKind.Conflict,
                    "A transaction with this transaction_id and another content was decided before; that decision stands."));
            case SubmitReply.Rejected rejected:
                return (null, ProblemResult.From(rejected.Rejection));
            case SubmitReply.Unavailable unavailable:
                return (null, new ProblemResult(ProblemKind.Unavailable, unavailable.Reason)
                {
                    RetryAfter = unavailable.RetryAfter,
                });
            default:
                throw new InvalidOperationException("the gateway gave no reply");
        }
    }

    private DecisionDocument Stored(string id) =>
        decisions.Find(id) ?? throw new InvalidOperationException("a decided transaction is not in the store");
}
