using System.Buffers;
using System.IO.Compression;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>
/// A file of transactions: CSV with a header, NDJSON or the benchmark's compact rows, gzipped or not, told from its
/// content. Rows come as JSON, so that a file takes the way that every transaction takes.
/// </summary>
public sealed class TransactionFile : IDisposable
{
    private readonly FileStream _file;
    private readonly bool _zipped;
    private readonly RowFormat? _format;
    private Stream _content;
    private RecordReader _records;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is none of these formats; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TransactionFile(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        _content = _file;
        try
        {
            _zipped = _file.ReadByte() == 0x1F && _file.ReadByte() == 0x8B;
            _records = Rewind();
            if (!_records.Read(quoted: false, out var first, out var tooLong))
                return; // An empty file has no rows, and nothing is wrong with it.
            if (tooLong)
                throw new InvalidDataException("the first line is too long for a header or a transaction");
            var marked = first.StartsWith(ByteOrderMark);
            _format = RowFormat.Of(marked ? first[ByteOrderMark.Length..] : first);
            if (!_format.HasHeader)
                Skip(marked ? ByteOrderMark.Length : 0, 0);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            Dispose();
            throw e is InvalidDataException ? new InvalidDataException($"{path}: {e.Message}", e) : e;
        }
    }

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Size of the file on disk, bytes.</summary>
    public long Length => _file.Length;

    /// <summary>How much of it has been read, bytes.</summary>
    public long BytesRead => _file.Position;

    /// <summary>The place after the last row that was read.</summary>
    public FilePosition Position => new(_records.Offset, _records.Line, _format?.Seconds ?? 0);

    /// <summary>Goes to a place that <see cref="Position"/> once named in the same file.</summary>
    public void GoTo(FilePosition position)
    {
        if (_format is null || position.Offset <= _records.Offset)
            return;
        Skip(position.Offset, position.Line);
        _format.Seconds = position.Seconds;
    }

    /// <summary>Reads the next row; blank lines are passed over.</summary>
    /// <param name="json">Receives the row's transaction.</param>
    /// <param name="line">The line that it begins at, from 1.</param>
    /// <param name="rejection">Why the row is none; default where it may be one.</param>
    /// <returns>False at the end of the file.</returns>
    public bool Read(IBufferWriter<byte> json, out long line, out Rejection rejection)
    {
        rejection = default;
        line = 0;
        if (_format is null)
            return false;
        while (true)
        {
            line = _records.Line + 1;
            if (!_records.Read(_format.Quoted, out var record, out var tooLong))
                return false;
            if (tooLong)
                rejection = new Rejection("", "the line is too long for a transaction");
            else if (record.IsEmpty)
                continue;
            else
                _format.TryWriteJson(record, line - 1 - (_format.HasHeader ? 1 : 0), json, out rejection);
            return true;
        }
    }

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }

    private RecordReader Rewind()
    {
        _file.Position = 0;
        if (_zipped)
            _content = new GZipStream(_file, CompressionMode.Decompress, leaveOpen: true);
        return new RecordReader(_content);
    }

    private void Skip(long offset, long line)
    {
        _records = Rewind();
        if (!_zipped)
        {
            _file.Position = offset;
        }
        else
        {
            // Compressed data can only be read from its beginning: that costs a second for each few hundred megabytes.
            var buffer = new byte[1 << 16];
            for (var left = offset; left > 0;)
            {
                var read = _content.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0)
                    break;
                left -= read;
            }
        }

        _records.ContinueFrom(offset, line);
    }
}
