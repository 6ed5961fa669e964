using System.Buffers;

namespace Vigil.Detection.Sources;

/// <summary>Takes the values of a CSV record (RFC 4180) one after another.</summary>
public sealed class CsvFields
{
    private readonly ArrayBufferWriter<byte> _value = new();

    /// <summary>Takes a value and the comma behind it; behind the last value, <paramref name="at"/> is past the end.</summary>
    /// <param name="row">The record, without its line break.</param>
    /// <param name="at">Where the value begins; 0 first.</param>
    /// <param name="value">Without its quotes; valid until the next call.</param>
    /// <returns>False for a quote that is not closed or not doubled.</returns>
    public bool Next(ReadOnlySpan<byte> row, ref int at, out ReadOnlySpan<byte> value)
    {
        if (at == row.Length || row[at] != '"')
        {
            var comma = row[at..].IndexOf((byte)',');
            value = comma < 0 ? row[at..] : row.Slice(at, comma);
            at += value.Length + 1;
            return true;
        }

        _value.ResetWrittenCount();
        value = default;
        for (at++; ;)
        {
            var quote = row[at..].IndexOf((byte)'"');
            if (quote < 0)
                return false;
            _value.Write(row.Slice(at, quote));
            at += quote + 1;
            if (at == row.Length || row[at] == ',')
            {
                at++;
                value = _value.WrittenSpan;
                return true;
            }

            if (row[at++] != '"')
                return false;
            _value.Write("\""u8);
        }
    }
}
