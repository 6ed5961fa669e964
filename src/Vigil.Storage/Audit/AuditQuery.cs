namespace Vigil.Storage.Audit;

/// <summary>Which audit entries to list, the newest first.</summary>
/// <param name="Limit">Most entries, 1 to 1000.</param>
/// <param name="BeforeId">Only entries older than this one, for the next page.</param>
/// <param name="Subject">Only entries about this.</param>
/// <param name="Actor">Only entries by this actor.</param>
/// <param name="Since">Only entries at or after this, microseconds since the epoch.</param>
/// <param name="ActionPrefix">Only entries whose action begins so; letters and points.</param>
public sealed record AuditQuery(
    int Limit = 100, long BeforeId = long.MaxValue, string? Subject = null, string? Actor = null, long Since = 0,
    string? ActionPrefix = null);
