using Vigil.Web.Problems;

namespace Vigil.Web.Decisions;

/// <summary>The answer to a submitted transaction: exactly one of the three is not null.</summary>
internal readonly record struct SubmissionAnswer(
    DecisionDocument? Decision = null, PendingDecision? Pending = null, ProblemResult? Problem = null);
