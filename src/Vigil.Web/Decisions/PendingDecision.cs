using Vigil.Core.Decisions;

namespace Vigil.Web.Decisions;

/// <summary>What is answered where a transaction was taken, but not decided by the caller's deadline.</summary>
/// <param name="TransactionId">The transaction's id, as it was sent.</param>
/// <param name="Outcome">What the caller's fail policy says; null where it stated none.</param>
/// <param name="FailPolicyUsed">Whether the outcome is that of the fail policy.</param>
/// <param name="Decision">Path of the decision, once there is one; 404 until then.</param>
internal sealed record PendingDecision(string TransactionId, Outcome? Outcome, bool FailPolicyUsed, string Decision);
