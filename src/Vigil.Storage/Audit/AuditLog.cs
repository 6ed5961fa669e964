namespace Vigil.Storage.Audit;

/// <summary>Who changed what and when. Safe to use from any thread.</summary>
public sealed class AuditLog
{
    internal AuditLog() => throw new NotImplementedException();

    /// <summary>Appends one entry; its id is given by the database.</summary>
    public void Append(AuditEntry entry) => throw new NotImplementedException();

    /// <summary>Lists entries, the newest first.</summary>
    public IReadOnlyList<AuditEntry> Read(AuditQuery query) => throw new NotImplementedException();
}
