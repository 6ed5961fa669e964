using Vigil.Core.Transactions;

namespace Vigil.Storage.Lists;

/// <summary>Writes entries as the CSV that an import reads.</summary>
public static class ListCsvText
{
    /// <summary>The first line.</summary>
    public const string Header = "value,expires_at,note";

    /// <summary>The line of an entry.</summary>
    public static string Line(ListEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return $"{Quote(entry.Value)},{(entry.ExpiresAt is { } at ? Timestamp.Format(at) : "")},{Quote(entry.Note ?? "")}";
    }

    private static string Quote(string field) => field.AsSpan().ContainsAny(",\"#\r\n") || field != field.Trim()
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
