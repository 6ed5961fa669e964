using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Web.Caching;

namespace Vigil.Tests.Web.Caching;

public sealed class RespParserTests
{
    [Theory]
    [InlineData("+OK\r\n", "Text OK")]
    [InlineData("-WRONGPASS no\r\n", "Error WRONGPASS no")]
    [InlineData(":-12\r\n", "Number -12")]
    [InlineData("$5\r\na\r\nb\n\r\n", "Bytes a\r\nb\n")]
    [InlineData("$0\r\n\r\n", "Bytes ")]
    [InlineData("$-1\r\n", "Nil")]
    [InlineData("*-1\r\n", "Nil")]
    [InlineData("*2\r\n$1\r\nx\r\n$-1\r\n", "[Bytes x, Nil]")]
    [InlineData("*2\r\n*1\r\n:1\r\n+a\r\n", "[[Number 1], Text a]")]
    public void A_reply_is_read_once_it_is_whole_and_not_before(string text, string expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(bytes.AsMemory(0, length));
            RespParser.TryRead(ref part, out _).ShouldBeFalse();
            part.Length.ShouldBe(length);
        }

        var whole = new ReadOnlySequence<byte>([.. bytes, (byte)'+']);
        RespParser.TryRead(ref whole, out var reply).ShouldBeTrue();
        Show(reply).ShouldBe(expected);
        whole.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData(":1a\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$99999999\r\n")]
    [InlineData("$1\r\nab\r\n")]
    [InlineData("*99999999\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")]
    [InlineData("_\r\n")]
    public void What_is_no_reply_of_ours_is_refused(string text) =>
        Should.Throw<RedisException>(() => Read(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_line_without_end_is_not_gathered_for_ever() =>
        Should.Throw<RedisException>(() => Read([(byte)'+', .. new byte[70_000]]));

    [Fact]
    public void Any_bytes_are_read_waited_for_or_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
        {
            // Mostly the signs that the protocol is made of: others fail at the first.
            var likely = Array.ConvertAll(bytes, b => (byte)"$*+-:\r\n0123a"[b % 12]);
            Try(bytes);
            Try(likely);
            Try([.. "*3\r\n$2\r\n"u8, .. likely]);
        }));

    private static void Try(byte[] bytes)
    {
        try
        {
            Read(bytes);
        }
        catch (RedisException)
        {
            // Refused.
        }
    }

    private static void Read(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (RespParser.TryRead(ref buffer, out _))
        {
        }
    }

    private static string Show(RedisReply reply) => reply.Kind switch
    {
        RedisReplyKind.Nil => "Nil",
        RedisReplyKind.Number => $"Number {reply.Number}",
        RedisReplyKind.Items => $"[{string.Join(", ", reply.Items!.Select(Show))}]",
        _ => $"{reply.Kind} {reply.Text}",
    };
}
