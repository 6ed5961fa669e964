namespace Vigil.Storage.Lists;

/// <summary>A value that is on a list.</summary>
/// <param name="Value">The value in the list's canonical spelling.</param>
/// <param name="ExpiresAt">First event time at which it counts no more, microseconds since the epoch; null for never.</param>
/// <param name="Note">Why it is there; null where nobody said.</param>
/// <param name="AddedAt">Since when, microseconds since the epoch.</param>
/// <param name="Actor">Who put it there.</param>
public sealed record ListEntry(string Value, long? ExpiresAt, string? Note, long AddedAt, string Actor);
