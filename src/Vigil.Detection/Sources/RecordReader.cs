using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>Cuts a stream into lines, or into CSV records, whose quoted values may hold line breaks (RFC 4180).</summary>
internal sealed class RecordReader(Stream stream)
{
    // Beyond the longest transaction, with room for the quotes and escapes of CSV.
    private const int MaxRecord = 2 * TransactionJson.MaxLength;

    private readonly byte[] _buffer = new byte[2 * MaxRecord];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Bytes taken from the stream by whole records.</summary>
    public long Offset { get; private set; }

    /// <summary>Lines of those records.</summary>
    public long Line { get; private set; }

    /// <summary>Goes on from a place that <see cref="Offset"/> and <see cref="Line"/> named; the stream stands there already.</summary>
    public void ContinueFrom(long offset, long line)
    {
        (_start, _end, _ended) = (0, 0, false);
        (Offset, Line) = (offset, line);
    }

    /// <summary>Takes the next record.</summary>
    /// <param name="quoted">Whether a line break inside quotes belongs to the record.</param>
    /// <param name="record">Without its line break; valid until the next call. Empty for a line that is too long.</param>
    /// <param name="tooLong">Whether the line was too long, and skipped.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool Read(bool quoted, out ReadOnlySpan<byte> record, out bool tooLong)
    {
        var scanned = 0;
        var firstLine = -1;
        var quotes = 0;
        tooLong = false;
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var found = rest[scanned..].IndexOf((byte)'\n');
            var end = found < 0 ? rest.Length : scanned + found;
            quotes += quoted ? rest[scanned..end].Count((byte)'"') : 0;
            if (found >= 0)
            {
                if (quotes % 2 == 0)
                    return Take(end, end + 1, out record);
                if (firstLine < 0)
                    firstLine = end;
                scanned = end + 1;
                continue;
            }

            scanned = end;
            if (!_ended && rest.Length < MaxRecord)
            {
                Fill();
                continue;
            }

            // A quote that is never closed must not swallow the rest of the file: its line alone is at fault.
            if (firstLine >= 0)
                return Take(firstLine, firstLine + 1, out record);
            if (_ended)
            {
                if (rest.IsEmpty)
                {
                    record = default;
                    return false;
                }

                return Take(end, end, out record);
            }

            tooLong = true;
            record = default;
            SkipLine();
            return true;
        }
    }

    private bool Take(int length, int consumed, out ReadOnlySpan<byte> record)
    {
        var taken = _buffer.AsSpan(_start, consumed);
        record = taken[..length].TrimEnd((byte)'\r');
        Line += Math.Max(1, taken.Count((byte)'\n'));
        Offset += consumed;
        _start += consumed;
        return true;
    }

    private void SkipLine()
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var found = rest.IndexOf((byte)'\n');
            var consumed = found < 0 ? rest.Length : found + 1;
            Offset += consumed;
            _start += consumed;
            if (found >= 0 || _ended)
            {
                Line++;
                return;
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }
}
