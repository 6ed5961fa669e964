using System.Buffers;
using System.IO.Pipelines;

namespace Vigil.Web.Decisions;

/// <summary>Splits a stream of bytes into lines of bounded length, numbered from 1; blank lines are left out.</summary>
internal sealed class LineReader(PipeReader reader, int maxLength)
{
    private bool _skipping;
    private bool _ended;
    private ReadOnlySequence<byte> _buffer;
    private bool _holds;

    /// <summary>Number of the line that was read last.</summary>
    public long Line { get; private set; }

    /// <summary>Set before the pipe is completed where bytes are missing: what follows the last line break is then no line.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Takes a line out of what has arrived already.</summary>
    /// <param name="line">The line without its end; valid until the next <see cref="MoreAsync"/>. Empty where it was too long.</param>
    /// <returns>False where more must arrive first, or nothing is left.</returns>
    public bool TryRead(out ReadOnlySequence<byte> line)
    {
        line = default;
        while (_holds)
        {
            var end = _buffer.PositionOf((byte)'\n');
            if (end is { } position)
            {
                line = _buffer.Slice(0, position);
                _buffer = _buffer.Slice(_buffer.GetPosition(1, position));
                if (!_skipping)
                    Line++;
                var rest = _skipping;
                _skipping = false;
                if (rest || IsBlank(line))
                    continue;
                if (line.Length > maxLength)
                    line = default;
                return true;
            }

            if (_buffer.Length > maxLength)
            {
                // Answered as soon as it is too long; the rest of it is passed over.
                _buffer = _buffer.Slice(_buffer.End);
                if (_skipping)
                    return false;
                _skipping = true;
                Line++;
                line = default;
                return true;
            }

            if (!_ended || IsCutOff || _buffer.IsEmpty || _skipping)
                return false;
            line = _buffer;
            _buffer = _buffer.Slice(_buffer.End);
            Line++;
            return !IsBlank(line);
        }

        return false;
    }

    /// <summary>Waits for more bytes.</summary>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> MoreAsync(CancellationToken cancel)
    {
        if (_ended)
            return false;
        if (_holds)
            reader.AdvanceTo(_buffer.Start, _buffer.End);
        _holds = false;
        var read = await reader.ReadAsync(cancel);
        _buffer = read.Buffer;
        _holds = true;
        _ended = read.IsCompleted;
        return true;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
                return false;
        }

        return true;
    }
}
