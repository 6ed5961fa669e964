using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Storage.Lists;

/// <summary>The canonical spelling of a list's values, so that each is on a list once.</summary>
public static class ListValueText
{
    /// <summary>Most bytes of a value as UTF-8: a transaction's texts are no longer.</summary>
    public const int MaxLength = Fields.MaxTextLength;

    /// <summary>Puts a value into its canonical spelling.</summary>
    /// <param name="type">The list's type.</param>
    /// <param name="value">The value as somebody wrote it.</param>
    /// <param name="canonical">
    /// A text as it is; an e-mail address in lower case; an address as .NET writes it, an IPv4 address mapped into IPv6 as
    /// the IPv4 address; a range with its lowest address and prefix (<c>10.0.0.0/8</c>); a number in its shortest form.
    /// </param>
    /// <returns>What is wrong, for people and without the value; null where nothing is.</returns>
    public static string? Normalize(ListType type, string value, out string canonical)
    {
        ArgumentNullException.ThrowIfNull(value);
        canonical = value;
        if (type != ListType.Text)
            value = value.Trim();
        if (value.Length == 0)
            return "is empty";
        if (Encoding.UTF8.GetByteCount(value) > MaxLength)
            return $"is longer than {MaxLength} bytes";
        foreach (var rune in value.EnumerateRunes())
        {
            // A half of a surrogate pair comes as the replacement character, which nobody puts on a list either.
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
                return "contains a control character or is no Unicode text";
        }

        return type switch
        {
            ListType.Text => null,
            ListType.Email => Email(value, out canonical),
            ListType.Ip => Ip(value, out canonical),
            _ => Number(value, out canonical),
        };
    }

    private static string? Email(string value, out string canonical)
    {
        canonical = value.ToLowerInvariant();
        var at = canonical.LastIndexOf('@');
        return at > 0 && at < canonical.Length - 1 && !canonical.Contains(' ', StringComparison.Ordinal)
            ? null : "is no e-mail address";
    }

    private static string? Ip(string value, out string canonical)
    {
        const string problem = "is no IP address or range such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32";
        canonical = value;
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (!TryAddress(slash < 0 ? value : value[..slash], out var address, out var shift))
            return problem;
        if (slash < 0)
        {
            canonical = address.ToString();
            return null;
        }

        var bytes = address.GetAddressBytes();
        if (!int.TryParse(value.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            || (prefix -= shift) < 0 || prefix > bytes.Length * 8)
            return problem;
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        // The whole of an address is the address: the same value is on a list once.
        canonical = prefix == bytes.Length * 8
            ? new IPAddress(bytes).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{prefix}");
        return null;
    }

    /// <param name="text">An address.</param>
    /// <param name="address">IPv4 where it is an IPv4 address mapped into IPv6.</param>
    /// <param name="shift">Bits that the mapping takes off a prefix.</param>
    private static bool TryAddress(string text, out IPAddress address, out int shift)
    {
        shift = 0;
        // .NET takes 1, 0x7f.1 and 010.0.0.1 for addresses too, which nobody means on a list.
        var isIpv6 = text.Contains(':', StringComparison.Ordinal);
        var plain = isIpv6 ? !text.AsSpan().ContainsAny("[]%") : IsDotted(text);
        if (!plain || !IPAddress.TryParse(text, out address!))
        {
            address = IPAddress.None;
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
            shift = 96;
        }

        return address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }

    private static bool IsDotted(string text)
    {
        var parts = 0;
        foreach (var part in text.AsSpan().Split('.'))
        {
            var digits = text.AsSpan(part);
            if (digits.Length is < 1 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || digits.Length > 1 && digits[0] == '0')
                return false;
            parts++;
        }

        return parts == 4;
    }

    private static string? Number(string value, out string canonical)
    {
        canonical = value;
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return "is no number";
        // -0 equals 0.
        canonical = (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture);
        return null;
    }
}
