namespace Vigil.Storage.Audit;

/// <summary>One line of the audit trail, which is only ever appended to.</summary>
/// <param name="Id">Order of writing; 0 before it is written.</param>
/// <param name="At">Microseconds since the epoch.</param>
/// <param name="Actor">Who: the name of an API key, or <c>system</c>.</param>
/// <param name="Action">What was done, such as <c>transaction.status</c>.</param>
/// <param name="Subject">To what: a transaction_id, the id of a key.</param>
/// <param name="Before">The value before, where there was one.</param>
/// <param name="After">The value after, where there is one.</param>
public sealed record AuditEntry(
    long Id, long At, string Actor, string Action, string Subject, string? Before, string? After);
