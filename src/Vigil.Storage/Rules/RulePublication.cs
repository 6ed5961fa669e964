namespace Vigil.Storage.Rules;

/// <summary>One moment at which a version came into force, for the first time or again.</summary>
/// <param name="Id">Their order; the newest is in force.</param>
/// <param name="Version">The version.</param>
/// <param name="Actor">Who published, approved or rolled back.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">From when on, microseconds since the epoch.</param>
public sealed record RulePublication(long Id, int Version, string Actor, string Reason, long At);
