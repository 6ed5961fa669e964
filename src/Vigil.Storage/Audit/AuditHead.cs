namespace Vigil.Storage.Audit;

/// <summary>The end of the audit trail's chain: whoever keeps it elsewhere can tell later that nothing before it was changed.</summary>
/// <param name="Height">Number of entries; 0 for none.</param>
/// <param name="Hash">SHA-256 of the newest entry, hexadecimal; empty for none.</param>
public sealed record AuditHead(long Height, string Hash)
{
    /// <summary>As people copy it: <c>height:hash</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Height}:{Hash}");
}
