using Vigil.Core.Transactions;

namespace Vigil.Storage;

/// <summary>Asks for the transactions of some entities of a kind, or pairs.</summary>
/// <param name="First">The entities' field.</param>
/// <param name="Second">Of pairs, the other one.</param>
/// <param name="Named">Transactions that name them; each another one.</param>
/// <param name="Retention">Only what is not older by this much than the transaction that names the entity, µs.</param>
public sealed record HistoryQuestion(Field First, Field? Second, IReadOnlyList<Transaction> Named, long Retention);
