using Vigil.Core.Decisions;

namespace Vigil.Detection.Replay;

/// <summary>A stored decision that came out otherwise.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="TransactionId">Its transaction.</param>
/// <param name="What">What differs, such as <c>feature account_count_1d</c>.</param>
/// <param name="Stored">What the table says.</param>
/// <param name="Derived">What came out.</param>
public sealed record ReplayDifference(long Sequence, string TransactionId, string What, string Stored, string Derived);

/// <summary>What a replay found.</summary>
/// <param name="Decisions">Decisions made again and compared.</param>
/// <param name="Different">Those of them that differ in anything.</param>
/// <param name="Differences">The first of the differences.</param>
/// <param name="Outcomes">Decisions by derived outcome.</param>
/// <param name="NotCompared">Decisions that were not compared, because payments that they rest on are archived: restore those first.</param>
public sealed record ReplayReport(
    long Decisions, long Different, IReadOnlyList<ReplayDifference> Differences, IReadOnlyDictionary<Outcome, long> Outcomes,
    long NotCompared = 0);
