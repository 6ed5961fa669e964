namespace Vigil.Storage;

/// <summary>What those who run a database watch.</summary>
/// <param name="Size">Bytes that it takes on disk.</param>
/// <param name="NewCases">Flagged transactions that nobody has looked at.</param>
/// <param name="OldestNewCase">When the oldest of them was decided, microseconds since the epoch; null where there is none.</param>
/// <param name="AuditHeight">Id of the newest entry of the audit trail; 0 where it is empty.</param>
public sealed record Vitals(long Size, long NewCases, long? OldestNewCase, long AuditHeight);
