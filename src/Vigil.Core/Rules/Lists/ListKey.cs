using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Vigil.Core.Rules.Lists;

/// <summary>The bytes that values of a list are compared by: equal for all spellings of the same value.</summary>
internal static class ListKey
{
    /// <summary>Longest value, in bytes of UTF-8; a longer one is on no list.</summary>
    public const int MaxLength = 512;

    /// <summary>Room that a key needs: lower case can take a byte more for every two.</summary>
    public const int MaxKey = 2 * MaxLength;

    /// <summary>Bytes of an address and its prefix length.</summary>
    public const int IpLength = IpText.Length + 1;

    /// <summary>The key of a value; empty where it is none of the type.</summary>
    /// <param name="type">The list's type; of <see cref="ListType.Ip"/>, an address or a range.</param>
    /// <param name="value">UTF-8.</param>
    /// <param name="buffer"><see cref="MaxKey"/> bytes to write the key into, where it is another than the value.</param>
    public static ReadOnlySpan<byte> Of(ListType type, ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        if (value.Length is 0 or > MaxLength)
            return default;
        switch (type)
        {
            case ListType.Email:
                return Lower(value, buffer);
            case ListType.Ip:
                if (!IpText.TryParseRange(value, buffer, out var prefix))
                    return default;
                buffer[IpText.Length] = (byte)prefix;
                return buffer[..IpLength];
            case ListType.Number:
                if (!Utf8Parser.TryParse(value, out double number, out var used) || used != value.Length || !double.IsFinite(number))
                    return default;
                // Both zeros are zero.
                BinaryPrimitives.WriteDoubleLittleEndian(buffer, number == 0 ? 0 : number);
                return buffer[..sizeof(double)];
            default:
                return value;
        }
    }

    private static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        if (Ascii.IsValid(value))
        {
            Ascii.ToLower(value, buffer, out var length);
            return buffer[..length];
        }

        var written = 0;
        while (!value.IsEmpty)
        {
            Rune.DecodeFromUtf8(value, out var rune, out var read);
            written += Rune.ToLowerInvariant(rune).EncodeToUtf8(buffer[written..]);
            value = value[read..];
        }

        return buffer[..written];
    }
}
