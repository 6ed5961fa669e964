using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>
/// CSV (RFC 4180) with a header of the contract's names. Other columns become attributes; an empty value is a missing one.
/// </summary>
internal sealed class CsvFormat : RowFormat
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Required = ["transaction_id", "account_id", "timestamp", "amount"];

    private readonly byte[][] _columns;
    private readonly int _label;
    private readonly CsvFields _fields = new();

    /// <exception cref="InvalidDataException">The header lacks a name that every transaction needs, or has one twice.</exception>
    public CsvFormat(ReadOnlySpan<byte> header)
    {
        var names = new List<string>();
        for (var at = 0; at <= header.Length;)
        {
            if (!_fields.Next(header, ref at, out var value))
                throw new InvalidDataException("the header is not valid CSV");
            names.Add(Encoding.UTF8.GetString(value).Trim());
        }

        foreach (var name in Required)
        {
            if (!names.Contains(name))
            {
                throw new InvalidDataException(
                    $"the first line is neither a JSON object nor a header with the column {name} "
                    + $"(a header names at least {string.Join(", ", Required)})");
            }
        }

        if (names.Count != names.Distinct(StringComparer.Ordinal).Count() || names.Contains(""))
            throw new InvalidDataException("the header has a column twice, or one without a name");
        _columns = [.. names.Select(Encoding.UTF8.GetBytes)];
        _label = names.IndexOf("is_fraud");
    }

    public override bool Quoted => true;

    public override bool TryWriteJson(
        ReadOnlySpan<byte> row, long number, IBufferWriter<byte> json, out Rejection rejection)
    {
        if (!Utf8.IsValid(row))
            return Reject("the line is not valid UTF-8", out rejection);
        using var writer = new Utf8JsonWriter(json, Plain);
        writer.WriteStartObject();
        var at = 0;
        for (var column = 0; column < _columns.Length; column++)
        {
            if (at > row.Length)
                return Reject($"has {column} columns where the header has {_columns.Length}", out rejection);
            if (!_fields.Next(row, ref at, out var value))
                return Reject("has a quote that is not closed or not doubled", out rejection);
            if (!value.IsEmpty)
                WriteValue(writer, column, value);
        }

        if (at <= row.Length)
            return Reject($"has more columns than the header's {_columns.Length}", out rejection);
        writer.WriteEndObject();
        writer.Flush();
        rejection = default;
        return true;
    }

    private void WriteValue(Utf8JsonWriter json, int column, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(_columns[column]);
        if (column == _label && value is [(byte)'0'] or [(byte)'1'])
            json.WriteNumberValue(value[0] - '0');
        else if (column == _label && IsTrueOrFalse(value, out var isFraud))
            json.WriteBooleanValue(isFraud);
        else
            json.WriteStringValue(value);
    }

    private static bool IsTrueOrFalse(ReadOnlySpan<byte> value, out bool result)
    {
        result = Ascii.EqualsIgnoreCase(value, "true"u8);
        return result || Ascii.EqualsIgnoreCase(value, "false"u8);
    }

    private static bool Reject(string reason, out Rejection rejection)
    {
        rejection = new Rejection("", reason);
        return false;
    }
}
