using System.Buffers;
using Vigil.Core.Transactions;
using Vigil.Detection.Sources;

namespace Vigil.Cli.Host;

/// <summary>One document of a file or stream.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Utf8">Its JSON; valid until the next is read.</param>
/// <param name="Rejection">Why there is none; default where there is.</param>
internal readonly record struct JsonLine(long Line, ReadOnlyMemory<byte> Utf8, Rejection Rejection);

/// <summary>Transactions as JSON, one after the other.</summary>
internal static class JsonLines
{
    public static IEnumerable<JsonLine> ReadFile(string path)
    {
        using var file = new TransactionFile(path);
        var json = new ArrayBufferWriter<byte>();
        while (true)
        {
            json.ResetWrittenCount();
            if (!file.Read(json, out var line, out var rejection))
                yield break;
            yield return new JsonLine(line, json.WrittenMemory, rejection);
        }
    }

    /// <summary>Reads NDJSON as it comes; blank lines are passed over, and a line that is too long is rejected by itself.</summary>
    public static IEnumerable<JsonLine> Read(Stream stream)
    {
        var buffer = new byte[2 * TransactionJson.MaxLength];
        int start = 0, end = 0;
        var (line, skipping, ended) = (0L, false, false);
        while (!ended || end > start)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0 && !ended && end - start <= TransactionJson.MaxLength)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                var read = stream.Read(buffer, end, buffer.Length - end);
                (end, ended) = (end + read, read == 0);
                continue;
            }

            var whole = length >= 0 || ended;
            var document = buffer.AsMemory(start, length < 0 ? end - start : length);
            start = length < 0 ? end : start + length + 1;
            if (!skipping)
                line++;
            if (!whole && !skipping)
                yield return new JsonLine(line, default, new Rejection("", "the line is too long for a transaction"));
            else if (!skipping && document.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
                yield return new JsonLine(line, document, default);
            skipping = !whole;
        }
    }
}
