namespace Vigil.Storage.Lists;

/// <summary>A value to put on a list.</summary>
/// <param name="Value">The value in any spelling; it is stored in the canonical one.</param>
/// <param name="ExpiresAt">First event time at which it counts no more, microseconds since the epoch; null for never.</param>
/// <param name="Note">Why; null where nobody says.</param>
public sealed record NewListEntry(string Value, long? ExpiresAt = null, string? Note = null);
