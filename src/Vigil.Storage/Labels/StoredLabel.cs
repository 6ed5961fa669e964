namespace Vigil.Storage.Labels;

/// <summary>A label as it is stored: never changed, and overruled by later ones.</summary>
/// <param name="Id">The order in which labels were stored.</param>
/// <param name="TransactionId">Its transaction.</param>
/// <param name="IsFraud">What it was.</param>
/// <param name="Source">How it became known.</param>
/// <param name="ObservedAt">When it became known, microseconds since the epoch.</param>
/// <param name="CreatedAt">When it was stored, microseconds since the epoch.</param>
/// <param name="Actor">Who said so.</param>
/// <param name="Note">What was said with it.</param>
public sealed record StoredLabel(
    long Id, string TransactionId, bool IsFraud, string Source, long ObservedAt, long CreatedAt, string Actor, string? Note);
