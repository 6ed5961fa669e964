namespace Vigil.Storage.Labels;

/// <summary>What somebody says of a transaction.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="IsFraud">What it was.</param>
/// <param name="Source">One of <see cref="LabelSource"/>.</param>
/// <param name="ObservedAt">When that became known, microseconds since the epoch; null for now.</param>
/// <param name="Note">What is said with it; null for nothing.</param>
public sealed record LabelToAdd(string TransactionId, bool IsFraud, string Source, long? ObservedAt = null, string? Note = null)
{
    /// <summary>Most characters of a note.</summary>
    public const int MaxNoteLength = 1_000;
}
