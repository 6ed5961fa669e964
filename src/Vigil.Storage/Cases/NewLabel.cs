namespace Vigil.Storage.Cases;

/// <summary>A truth that became known about a transaction.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="IsFraud">What it was.</param>
/// <param name="Source">How it became known: see <see cref="Labels.LabelSource"/>.</param>
/// <param name="ObservedAt">When it became known, microseconds since the epoch: it counts from then on, never before.</param>
/// <param name="Actor">Who said so.</param>
public sealed record NewLabel(string TransactionId, bool IsFraud, string Source, long ObservedAt, string Actor)
{
    /// <summary>What is said with it; null for nothing.</summary>
    public string? Note { get; init; }
}
