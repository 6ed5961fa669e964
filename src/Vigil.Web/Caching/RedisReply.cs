using System.Text;

namespace Vigil.Web.Caching;

/// <summary>What Redis answers to one command.</summary>
/// <param name="Kind">Which of the others holds something.</param>
/// <param name="Bytes">Of <see cref="RedisReplyKind.Text"/>, <see cref="RedisReplyKind.Error"/> and <see cref="RedisReplyKind.Bytes"/>.</param>
/// <param name="Number">Of <see cref="RedisReplyKind.Number"/>.</param>
/// <param name="Items">Of <see cref="RedisReplyKind.Items"/>.</param>
public readonly record struct RedisReply(RedisReplyKind Kind, byte[]? Bytes = null, long Number = 0, RedisReply[]? Items = null)
{
    /// <summary>The text of a text, an error or bytes; empty for others.</summary>
    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);

    /// <summary>The first word of an error, such as WRONGPASS; empty for others.</summary>
    public string ErrorCode =>
        Kind == RedisReplyKind.Error && Text.Split(' ')[0] is { Length: <= 32 } code && code.All(char.IsAsciiLetterUpper) ? code : "";
}
