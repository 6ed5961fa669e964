using System.Runtime.CompilerServices;
using System.Text;
using Vigil.Core.Transactions;
using Vigil.Storage.Data;

namespace Vigil.Storage.Labels;

/// <summary>
/// Reads labels from CSV (RFC 4180, UTF-8) with a header: transaction_id and is_fraud (or label), and where wanted
/// observed_at, source, note. Blank lines are left out.
/// </summary>
internal sealed class LabelCsv(string source)
{
    private const int MaxLine = 8192;
    private const int Id = 0;
    private const int IsFraud = 1;
    private const int ObservedAt = 2;
    private const int Source = 3;
    private const int Note = 4;

    private static readonly string[] Columns = ["transaction_id", "is_fraud", "observed_at", "source", "note"];
    private readonly List<string> _fields = [];
    private readonly int[] _at = [-1, -1, -1, -1, -1];
    private int _columns;

    /// <summary>Reads lines; a label, or what is wrong with the line. Ends after a line that leaves no sense to the next.</summary>
    public async IAsyncEnumerable<Line> ReadAsync(Stream csv, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(csv, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 64 * 1024, leaveOpen: true);
        var hasHeader = false;
        for (long number = 1; ; number++)
        {
            var (text, problem) = await CsvLine.ReadAsync(reader, MaxLine, cancel);
            if (text is null && problem is null)
            {
                if (!hasHeader)
                    yield return new Line(number, null, HeaderProblem("is missing")) { IsLast = true };
                yield break;
            }

            if (problem is not null)
            {
                yield return new Line(number, null, problem) { IsLast = true };
                yield break;
            }

            if (string.IsNullOrWhiteSpace(text))
                continue;
            problem = CsvLine.Split(text, _fields);
            if (hasHeader)
            {
                yield return problem is null ? Label(number) : new Line(number, null, problem);
                continue;
            }

            problem ??= Header();
            hasHeader = true;
            if (problem is null)
                continue;
            yield return new Line(number, null, problem) { IsLast = true };
            yield break;
        }
    }

    private static string HeaderProblem(string what) =>
        $"the header {what}: name the columns in the first line, transaction_id and is_fraud (or label), and where wanted observed_at, source and note";

    private string? Header()
    {
        _columns = _fields.Count;
        for (var i = 0; i < _fields.Count; i++)
        {
            var name = _fields[i].Trim().ToLowerInvariant();
            var column = Array.IndexOf(Columns, name == "label" ? "is_fraud" : name);
            if (column < 0)
                return HeaderProblem($"has a column \"{(name.Length > 64 ? name[..64] : name)}\"");
            if (_at[column] >= 0)
                return HeaderProblem($"has {Columns[column]} twice");
            _at[column] = i;
        }

        return _at[Id] < 0 || _at[IsFraud] < 0 ? HeaderProblem($"has no {(_at[Id] < 0 ? Columns[Id] : Columns[IsFraud])}") : null;
    }

    private Line Label(long number)
    {
        if (_fields.Count > _columns)
            return new Line(number, null, $"has {_fields.Count} fields, the header has {_columns}");
        var id = Field(Id) ?? "";
        if (id.Length == 0)
            return new Line(number, null, "transaction_id is missing");
        if (!LabelText.TryParse(Field(IsFraud)?.Trim() ?? "", out var isFraud))
            return new Line(number, null, $"is_fraud is none of {LabelText.Accepted}") { TransactionId = id };
        long? observed = null;
        if (Field(ObservedAt)?.Trim() is { Length: > 0 } text)
        {
            if (!Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var error))
                return new Line(number, null, $"observed_at {error}; write a time such as 2027-01-31T00:00:00Z") { TransactionId = id };
            observed = time;
        }

        var from = Field(Source)?.Trim();
        var note = Field(Note);
        return new Line(
            number,
            new LabelToAdd(id, isFraud, string.IsNullOrEmpty(from) ? source : from, observed, string.IsNullOrEmpty(note) ? null : note),
            null);
    }

    private string? Field(int column) => _at[column] >= 0 && _at[column] < _fields.Count ? _fields[_at[column]] : null;

    /// <summary>A line that is a label, or is at fault.</summary>
    internal readonly record struct Line(long Number, LabelToAdd? Label, string? Problem)
    {
        /// <summary>Of a line at fault: the transaction that it names, where it can be read.</summary>
        public string? TransactionId { get; init; }

        /// <summary>Whether what comes after it is not read.</summary>
        public bool IsLast { get; init; }
    }
}
