namespace Vigil.Core.Features;

/// <summary>What became known about a transaction after it was accepted.</summary>
/// <param name="Id">
/// Its place in the order in which labels were recorded, from 1. Of the labels that count by then the last recorded one
/// is the truth, whatever order they began to count in: so a state that is rebuilt equals one that lived through it.
/// </param>
/// <param name="Sequence">The transaction's place in the order of acceptance.</param>
/// <param name="IsFraud">The verdict.</param>
/// <param name="ObservedAt">When it became known, µs: it counts from then on.</param>
public readonly record struct Label(long Id, long Sequence, bool IsFraud, long ObservedAt);
