using System.Buffers;
using System.Buffers.Text;

namespace Vigil.Web.Caching;

/// <summary>Reads replies in RESP2 (redis.io/docs/latest/develop/reference/protocol-spec).</summary>
internal static class RespParser
{
    /// <summary>Longest value, in bytes. What is longer is none of ours.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int MaxLine = 64 * 1024;
    private const int MaxItems = 1024;
    private const int MaxDepth = 4;

    /// <summary>Reads one reply from the beginning of a buffer.</summary>
    /// <param name="buffer">What has come so far; what was read is taken off it.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>False where the buffer ends before the reply does.</returns>
    /// <exception cref="RedisException">What comes is no RESP2, or longer than ours ever is.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out RedisReply reply)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!TryRead(ref reader, 0, out reply))
            return false;
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private static bool TryRead(ref SequenceReader<byte> reader, int depth, out RedisReply reply)
    {
        reply = default;
        if (!TryReadLine(ref reader, out var line))
            return false;
        if (line.Length == 0)
            throw NotRedis();
        var rest = line.AsSpan(1);
        switch (line[0])
        {
            case (byte)'+':
                reply = new RedisReply(RedisReplyKind.Text, rest.ToArray());
                return true;
            case (byte)'-':
                reply = new RedisReply(RedisReplyKind.Error, rest.ToArray());
                return true;
            case (byte)':':
                reply = new RedisReply(RedisReplyKind.Number, Number: Number(rest));
                return true;
            case (byte)'$':
                return TryReadBytes(ref reader, Number(rest), out reply);
            case (byte)'*' when depth < MaxDepth:
                return TryReadItems(ref reader, Number(rest), depth, out reply);
            default:
                throw NotRedis();
        }
    }

    private static bool TryReadLine(ref SequenceReader<byte> reader, out byte[] line)
    {
        line = [];
        if (!reader.TryReadTo(out ReadOnlySequence<byte> found, "\r\n"u8))
            return reader.Remaining <= MaxLine ? false : throw NotRedis();
        if (found.Length > MaxLine)
            throw NotRedis();
        line = found.ToArray();
        return true;
    }

    private static bool TryReadBytes(ref SequenceReader<byte> reader, long length, out RedisReply reply)
    {
        reply = default;
        if (length == -1)
            return true;
        if (length is < 0 or > MaxBytes)
            throw NotRedis();
        if (reader.Remaining < length + 2)
            return false;
        var bytes = new byte[length];
        reader.TryCopyTo(bytes);
        reader.Advance(length);
        if (!reader.IsNext("\r\n"u8, advancePast: true))
            throw NotRedis();
        reply = new RedisReply(RedisReplyKind.Bytes, bytes);
        return true;
    }

    private static bool TryReadItems(ref SequenceReader<byte> reader, long count, int depth, out RedisReply reply)
    {
        reply = default;
        if (count == -1)
            return true;
        if (count is < 0 or > MaxItems)
            throw NotRedis();
        var items = new RedisReply[count];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryRead(ref reader, depth + 1, out items[i]))
                return false;
        }

        reply = new RedisReply(RedisReplyKind.Items, Items: items);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out var length) && length == text.Length ? number : throw NotRedis();

    private static RedisException NotRedis() => new("what answers there does not speak Redis' protocol");
}
