using System.Globalization;
using System.Text;
using Vigil.Core.Models;
using Vigil.Detection.Sources;

namespace Vigil.Cli.Host.Models;

/// <summary>
/// Reads rows of features from CSV with a header. Where the model names its features, columns are found by their names,
/// in any order; else they are taken by their position. An empty value, <c>nan</c> and <c>null</c> are missing.
/// </summary>
internal sealed class FeatureRows : IDisposable
{
    public const string IdColumn = "transaction_id";

    private readonly string _source;
    private readonly StreamReader _text;
    private readonly CsvFields _fields = new();
    private readonly string[] _header;
    private readonly int[] _featureOf;
    private readonly int _id;
    private byte[] _line = [];
    private long _number = 1;

    /// <param name="source">What messages call the input.</param>
    /// <param name="stream">The input, UTF-8.</param>
    /// <param name="model">What the rows are for.</param>
    /// <exception cref="CommandException">The header does not fit the model.</exception>
    public FeatureRows(string source, Stream stream, Model model)
    {
        _source = source;
        _text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 1 << 16);
        _header = Header();
        _id = Array.IndexOf(_header, IdColumn);
        _featureOf = Match(model);
        Values = new float[model.FeatureCount];
        Ignored = [.. _header.Where((_, column) => _featureOf[column] < 0 && column != _id)];
    }

    /// <summary>The row that was read last, in the model's order; NaN is missing.</summary>
    public float[] Values { get; }

    /// <summary>The row's transaction_id; null where the input has no such column.</summary>
    public string? Id { get; private set; }

    public bool HasIds => _id >= 0;

    /// <summary>Columns that the model does not know.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Moves to the next row; blank lines are left out.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="CommandException">The line is no row of these columns.</exception>
    public bool Read()
    {
        while (Line() is { } text)
        {
            if (string.IsNullOrWhiteSpace(text) && _header.Length > 1)
                continue;
            Parse(Encode(text));
            return true;
        }

        return false;
    }

    public void Dispose() => _text.Dispose();

    private string[] Header()
    {
        var line = Line() ?? throw new CommandException($"{_source} is empty: its first line must name the columns", ExitCode.Usage);
        var row = Encode(line);
        var names = new List<string>();
        for (var at = 0; at <= row.Length;)
        {
            if (!_fields.Next(row, ref at, out var value))
                throw Error("the header has a quote that is not closed or not doubled");
            names.Add(Encoding.UTF8.GetString(value).Trim());
        }

        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Error($"the header has the column \"{twice.Key}\" twice");
        return [.. names];
    }

    private int[] Match(Model model)
    {
        var features = model.FeatureNames;
        if (features.Count == 0)
        {
            var columns = _header.Length - (_id >= 0 ? 1 : 0);
            if (columns != model.FeatureCount)
                throw Error($"the header names {columns} columns; the model takes {model.FeatureCount} features and does not name them");
            var next = 0;
            return [.. _header.Select((_, column) => column == _id ? -1 : next++)];
        }

        var position = features.Select((name, index) => (name, index)).ToDictionary(f => f.name, f => f.index, StringComparer.Ordinal);
        var missing = features.Except(_header, StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
            return [.. _header.Select(name => position.GetValueOrDefault(name, -1))];
        var unknown = _header.Where(name => !position.ContainsKey(name) && name != IdColumn).ToList();
        throw Error($"the header lacks {Some(missing)}, which the model needs"
            + (unknown.Count > 0 ? $"; it has {Some(unknown)}, which the model does not know" : ""));
    }

    private void Parse(ReadOnlySpan<byte> row)
    {
        var at = 0;
        for (var column = 0; column < _header.Length; column++)
        {
            if (at > row.Length)
                throw Error($"has {column} columns where the header has {_header.Length}");
            if (!_fields.Next(row, ref at, out var value))
                throw Error("has a quote that is not closed or not doubled");
            if (column == _id)
                Id = Encoding.UTF8.GetString(value);
            else if (_featureOf[column] is >= 0 and var feature)
                Values[feature] = Number(value, column);
        }

        if (at <= row.Length)
            throw Error($"has more columns than the header's {_header.Length}");
    }

    private float Number(ReadOnlySpan<byte> text, int column)
    {
        text = text.Trim(" \t"u8);
        if (text.IsEmpty)
            return float.NaN;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        return Encoding.UTF8.GetString(text).ToLowerInvariant() switch
        {
            "nan" or "null" or "na" or "none" => float.NaN,
            "inf" or "+inf" or "infinity" => float.PositiveInfinity,
            "-inf" or "-infinity" => float.NegativeInfinity,
            "true" => 1f,
            "false" => 0f,
            var other => throw Error($"\"{_header[column]}\" is \"{other}\", which is no number; leave it empty where it is missing"),
        };
    }

    private string? Line()
    {
        try
        {
            _number++;
            return _text.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw new CommandException($"{_source}: line {_number - 1} or one of the next is not UTF-8", ExitCode.Usage, e);
        }
    }

    private ReadOnlySpan<byte> Encode(string line)
    {
        var length = Encoding.UTF8.GetMaxByteCount(line.Length);
        if (_line.Length < length)
            _line = new byte[length];
        return _line.AsSpan(0, Encoding.UTF8.GetBytes(line, _line));
    }

    private CommandException Error(string problem) => new($"{_source}, line {_number - 1}: {problem}", ExitCode.Usage);

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");
}
