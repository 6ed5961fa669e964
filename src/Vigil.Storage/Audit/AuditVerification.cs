namespace Vigil.Storage.Audit;

/// <summary>What became of a look through the audit trail's chain.</summary>
/// <param name="IsIntact">Whether every entry is as it was written, and in its place.</param>
/// <param name="Head">The last entry that is.</param>
/// <param name="BrokenId">Id of the first entry that is not; null where all are.</param>
/// <param name="Problem">What is wrong there; null where nothing is.</param>
public sealed record AuditVerification(bool IsIntact, AuditHead Head, long? BrokenId, string? Problem);
