namespace Vigil.Storage.Lifecycle;

/// <summary>A label of an archived transaction: the columns of table labels.</summary>
public sealed record ArchivedLabel(long Id, bool IsFraud, string Source, long ObservedAt, long CreatedAt, string Actor, string? Note);
