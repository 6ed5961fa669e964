using System.Buffers.Binary;

namespace Vigil.Core.Rules.Lists;

/// <summary>
/// Reads IPv4 addresses (four decimal numbers) and IPv6 addresses (RFC 4291, section 2.2) as 16 bytes, and ranges of them
/// (RFC 4632), without allocation. An IPv4 address is the IPv6 address ::ffff:a.b.c.d, so both spellings are alike.
/// </summary>
public static class IpText
{
    /// <summary>Bytes of an address.</summary>
    public const int Length = 16;

    /// <summary>Bits that an IPv4 address has in front of its own.</summary>
    private const int MappedBits = 96;

    /// <summary>Reads an address.</summary>
    /// <param name="text">UTF-8, without white space, zone or port.</param>
    /// <param name="address">Receives 16 bytes.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> address)
    {
        address = address[..Length];
        address.Clear();
        if (text.IndexOf((byte)':') >= 0)
            return TryParse6(text, address);
        address[10] = address[11] = 0xFF;
        return TryParse4(text, address[12..]);
    }

    /// <summary>Reads an address or a range such as <c>10.0.0.0/8</c>; bits behind the prefix are cleared.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="address">Receives 16 bytes.</param>
    /// <param name="prefix">Bits that count, 0 to 128; those of IPv4 behind 96 others.</param>
    public static bool TryParseRange(ReadOnlySpan<byte> text, Span<byte> address, out int prefix)
    {
        prefix = 8 * Length;
        var slash = text.IndexOf((byte)'/');
        if (!TryParse(slash < 0 ? text : text[..slash], address))
            return false;
        if (slash < 0)
            return true;
        var isFour = text[..slash].IndexOf((byte)':') < 0;
        if (!TryNumber(text[(slash + 1)..], isFour ? 32 : 128, out prefix))
            return false;
        prefix += isFour ? MappedBits : 0;
        Mask(address, prefix);
        return true;
    }

    /// <summary>Clears the bits behind a prefix.</summary>
    public static void Mask(Span<byte> address, int prefix)
    {
        for (var i = prefix / 8; i < Length; i++)
            address[i] &= i == prefix / 8 ? (byte)(0xFF00 >> prefix % 8) : (byte)0;
    }

    private static bool TryParse4(ReadOnlySpan<byte> text, Span<byte> address)
    {
        for (var i = 0; i < 4; i++)
        {
            var end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end < 0 || !TryNumber(text[..end], 255, out var number))
                return false;
            address[i] = (byte)number;
            text = text[Math.Min(end + 1, text.Length)..];
        }

        return true;
    }

    private static bool TryParse6(ReadOnlySpan<byte> text, Span<byte> address)
    {
        var (written, gap) = (0, -1);
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)':');
            var part = end < 0 ? text : text[..end];
            if (end < 0 && part.IndexOf((byte)'.') >= 0)
            {
                if (written > Length - 4 || !TryParse4(part, address[written..]))
                    return false;
                written += 4;
                break;
            }

            if (written > Length - 2 || !TryHex(part, out var group))
                return false;
            BinaryPrimitives.WriteUInt16BigEndian(address[written..], group);
            written += 2;
            if (end < 0)
                break;
            text = text[(end + 1)..];
            if (text.IsEmpty)
                return false;
            if (text[0] != ':')
                continue;
            if (gap >= 0)
                return false;
            gap = written;
            text = text[1..];
        }

        if (gap < 0)
            return written == Length;
        if (written == Length)
            return false;
        address[gap..written].CopyTo(address[(Length - (written - gap))..]);
        address[gap..Math.Max(gap, Length - (written - gap))].Clear();
        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        if (text.Length is 0 or > 4)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit((char)c))
                return false;
            value = (ushort)(value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10));
        }

        return true;
    }

    /// <summary>A decimal number without a sign or a leading zero, which some read as octal.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 3 || (text[0] == '0' && text.Length > 1))
            return false;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + c - '0';
        }

        return value <= max;
    }
}
