using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vigil.Storage.Audit;

/// <summary>The hash that each entry of the audit trail has: over its content and the hash of the one before.</summary>
internal static class AuditChain
{
    /// <summary>
    /// SHA-256 of the former hash, then the numbers, then each text with its length in bytes before it (a - for none), so
    /// that no two entries are the same bytes. PostgreSQL's function vigil_audit_hash says the same in SQL.
    /// </summary>
    /// <param name="previous">The hash of the entry before; empty for the first.</param>
    /// <param name="height">Its place in the chain, from 1.</param>
    /// <param name="entry">The entry, with its id.</param>
    public static byte[] Hash(ReadOnlySpan<byte> previous, long height, AuditEntry entry)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{height} {entry.Id} {entry.At} ");
        foreach (var field in new[] { entry.Actor, entry.Action, entry.Subject, entry.Before, entry.After })
        {
            if (field is null)
                text.Append('-');
            else
                text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:").Append(field);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        return hash.GetHashAndReset();
    }
}
