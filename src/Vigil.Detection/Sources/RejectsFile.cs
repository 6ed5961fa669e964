using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>
/// The rows of a load that are no transactions: line, field and reason, each exactly once. It is written before the
/// batch commits and cut back to the committed length when a load goes on. It holds no values of the rows.
/// </summary>
internal sealed class RejectsFile(string path, long length) : IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private FileStream? _file;

    /// <summary>Length with everything that was added, bytes.</summary>
    public long Length { get; private set; } = length;

    public void Add(long line, in Rejection rejection)
    {
        var before = _buffer.WrittenCount;
        using (var json = new Utf8JsonWriter(_buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("line"u8, line);
            json.WriteString("field"u8, rejection.Field);
            json.WriteString("reason"u8, rejection.Reason);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        Length += _buffer.WrittenCount - before;
    }

    /// <summary>Writes what was added to the disk.</summary>
    public void Flush()
    {
        if (_buffer.WrittenCount == 0)
            return;
        var file = _file ??= Open();
        file.Write(_buffer.WrittenSpan);
        file.Flush(flushToDisk: true);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Cuts off what a killed load wrote beyond its last commit.</summary>
    public void CutBack()
    {
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        if (file.Length > Length)
            file.SetLength(Length);
    }

    public void Dispose() => _file?.Dispose();

    private FileStream Open()
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.Seek(0, SeekOrigin.End);
        return file;
    }
}
