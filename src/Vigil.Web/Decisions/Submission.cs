using Vigil.Core.Decisions;
using Vigil.Storage.Cases;
using Vigil.Web.Caching;
using Vigil.Web.Problems;
using Vigil.Web.Telemetry;

namespace Vigil.Web.Decisions;

/// <summary>Submits transactions and turns each reply into what answers it.</summary>
internal sealed class Submission(
    IDecisionGateway gateway, DecisionReader decisions, DecisionMetrics metrics, ApiOptions options, TimeProvider time,
    AnomalyCache? cache)
{
    /// <summary>When to ask for a decision that is late.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public async Task<SubmissionAnswer> DecideAsync(ReadOnlyMemory<byte> json, DecisionTerms terms, CancellationToken cancel)
    {
        // Who states what to do without a decision in time has a time in mind.
        var deadline = terms.Deadline ?? options.DecisionDeadline
            ?? (terms.FailPolicy is null ? null : ApiOptions.DefaultDecisionDeadline);
        var started = time.GetTimestamp();
        var reply = await gateway.SubmitAsync(json, deadline, cancel);
        var answer = Answer(reply, terms);
        metrics.Answered(reply, time.GetElapsedTime(started), answer.Pending);
        return answer;
    }

    /// <summary>The path of a decision.</summary>
    private static string Path(string id) => "/api/v1/decisions/" + Uri.EscapeDataString(id);

    private SubmissionAnswer Answer(SubmitReply reply, DecisionTerms terms)
    {
        switch (reply)
        {
            case SubmitReply.Decided decided:
                var decision = Stored(decided.TransactionId, decided.Record);
                if (decision.Outcome != Outcome.Allow)
                    cache?.Flagged();
                return new(decision with { Replayed = false, FailPolicyUsed = false });
            case SubmitReply.Duplicate duplicate when duplicate.Record is null && decisions.Find(duplicate.TransactionId) is null:
                return new(Problem: new ProblemResult(
                    ProblemKind.Conflict,
                    "This transaction was decided before, and has been archived since: it is not decided again, and its decision is read from the archive."));
            case SubmitReply.Duplicate duplicate:
                return new(Stored(duplicate.TransactionId, duplicate.Record) with { Replayed = true, FailPolicyUsed = false });
            case SubmitReply.Late late:
                return new(Pending: new PendingDecision(
                    late.TransactionId, terms.FailPolicy, terms.FailPolicy is not null, Path(late.TransactionId)));
            case SubmitReply.Conflict:
                return new(Problem: new ProblemResult(
                    ProblemKind.Conflict,
                    "A transaction with this transaction_id and another content was decided before; that decision stands."));
            case SubmitReply.Rejected rejected:
                return new(Problem: ProblemResult.From(rejected.Rejection));
            case SubmitReply.Unavailable unavailable:
                return new(Problem: new ProblemResult(ProblemKind.Unavailable, unavailable.Reason)
                {
                    RetryAfter = unavailable.RetryAfter,
                });
            default:
                throw new InvalidOperationException("the gateway gave no reply");
        }
    }

    private DecisionDocument Stored(string id, DecisionRecord? record) => record is null
        ? decisions.Find(id) ?? throw new InvalidOperationException("a decided transaction is not in the store")
        : decisions.Document(record);
}
