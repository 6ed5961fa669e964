using System.Runtime.CompilerServices;
using System.Text;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Lists;

/// <summary>
/// Reads entries from CSV (RFC 4180, UTF-8): value, expires_at, note. Blank lines are left out; so are lines that begin
/// with #, on lists whose values cannot.
/// </summary>
internal sealed class ListCsv(ListType type, long? expiresAt)
{
    private const int MaxLine = 4096;

    private static readonly string[] Columns = ["value", "expires_at", "note"];
    private readonly List<string> _fields = [];
    private int[] _at = [0, 1, 2];

    /// <summary>Reads lines; an entry, or what is wrong with the line.</summary>
    public async IAsyncEnumerable<Line> ReadAsync(Stream csv, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(
            csv, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 64 * 1024, leaveOpen: true);
        var first = true;
        for (long number = 1; ; number++)
        {
            var (text, problem) = await CsvLine.ReadAsync(reader, MaxLine, cancel);
            if (text is null && problem is null)
                yield break;
            if (problem is not null)
            {
                yield return new Line(number, null, problem);
                yield break;
            }

            if (string.IsNullOrWhiteSpace(text) || text[0] == '#' && type != ListType.Text)
                continue;
            var isFirst = first;
            first = false;
            problem = CsvLine.Split(text!, _fields);
            if (problem is null && isFirst && _fields.Exists(field => field.Trim().Equals("value", StringComparison.OrdinalIgnoreCase)))
            {
                if (Header() is not { } unknown)
                    continue;
                yield return new Line(number, null, unknown);
                yield break;
            }

            yield return problem is null ? Entry(number) : new Line(number, null, problem);
        }
    }

    private string? Header()
    {
        var at = new[] { -1, -1, -1 };
        for (var i = 0; i < _fields.Count; i++)
        {
            var column = Array.IndexOf(Columns, _fields[i].Trim().ToLowerInvariant());
            if (column < 0 || at[column] >= 0)
                return "the header has columns other than value, expires_at and note, or one of them twice";
            at[column] = i;
        }

        _at = at;
        return null;
    }

    private Line Entry(long number)
    {
        if (_fields.Count > Columns.Length)
            return new Line(number, null, "has more than three fields");
        var problem = ListValueText.Normalize(type, Field(0) ?? "", out var value);
        if (problem is not null)
            return new Line(number, null, $"value {problem}");
        var expires = expiresAt;
        if (Field(1)?.Trim() is { Length: > 0 } text)
        {
            if (!Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var error))
                return new Line(number, null, $"expires_at {error}; write a time such as 2027-01-31T00:00:00Z");
            expires = time;
        }

        var note = Field(2);
        if (note?.Length > ListStore.MaxNoteLength)
            return new Line(number, null, $"note is longer than {ListStore.MaxNoteLength} characters");
        return new Line(number, new NewListEntry(value, expires, string.IsNullOrEmpty(note) ? null : note), null);
    }

    private string? Field(int column) => _at[column] >= 0 && _at[column] < _fields.Count ? _fields[_at[column]] : null;

    /// <summary>A line that is an entry, with its value in the canonical spelling, or is at fault.</summary>
    internal readonly record struct Line(long Number, NewListEntry? Entry, string? Problem);
}
