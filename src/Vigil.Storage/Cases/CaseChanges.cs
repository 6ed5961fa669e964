using Vigil.Storage.Audit;
using Vigil.Storage.Data;

namespace Vigil.Storage.Cases;

/// <summary>The steps of a change to a case, each inside the caller's database transaction.</summary>
internal static class CaseChanges
{
    public static Found? Find(Database database, string transactionId)
    {
        using var select = database.Prepare($"SELECT t.seq, t.status, t.is_fraud FROM transactions t WHERE {database.HasId}");
        select.Bind(1, transactionId);
        return select.Step()
            ? new Found(select.Long(0), transactionId, CaseSql.Status(select.TextOrNull(1)), select.BoolOrNull(2))
            : null;
    }

    public static void SetStatus(Database database, in Found found, CaseStatus newStatus, string actor, long now)
    {
        using var update = database.Prepare("UPDATE transactions SET status = ?2 WHERE seq = ?1");
        update.Bind(1, found.Sequence);
        update.Bind(2, CaseStatusText.Of(newStatus));
        update.Run();
        var before = found.Status is { } status ? CaseStatusText.Of(status) : null;
        AuditLog.Append(database, new AuditEntry(
            0, now, actor, "transaction.status", found.TransactionId, before, CaseStatusText.Of(newStatus)));
    }

    public static void AddLabel(Database database, in Found found, NewLabel label, long now)
    {
        using var insert = database.Prepare(
            """
            INSERT INTO labels (seq, is_fraud, source, observed_at, created_at, actor, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """);
        insert.Bind(1, found.Sequence);
        insert.Bind(2, label.IsFraud ? 1L : 0L);
        insert.Bind(3, label.Source);
        insert.Bind(4, label.ObservedAt);
        insert.Bind(5, now);
        insert.Bind(6, label.Actor);
        insert.Bind(7, label.Note);
        insert.Run();
        using var update = database.Prepare("UPDATE transactions SET is_fraud = ?2 WHERE seq = ?1");
        update.Bind(1, found.Sequence);
        update.Bind(2, label.IsFraud ? 1L : 0L);
        update.Run();
    }

    public static void AuditLabel(Database database, in Found found, NewLabel label, long now) =>
        AuditLog.Append(database, new AuditEntry(
            0, now, label.Actor, "transaction.label", found.TransactionId, Text(found.IsFraud), Text(label.IsFraud)));

    private static string? Text(bool? isFraud) => isFraud is { } fraud ? (fraud ? "fraud" : "legitimate") : null;

    /// <summary>A transaction as it is before the change.</summary>
    internal readonly record struct Found(long Sequence, string TransactionId, CaseStatus? Status, bool? IsFraud);
}
