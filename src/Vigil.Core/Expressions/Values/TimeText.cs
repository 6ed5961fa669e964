using System.Globalization;

namespace Vigil.Core.Expressions.Values;

/// <summary>Timestamps (RFC 3339) and durations (as Go writes them) from and to text.</summary>
internal static class TimeText
{
    private static readonly (string Name, long Nanos)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", Time.NanosPerSecond), ("m", 60 * Time.NanosPerSecond), ("h", 3_600 * Time.NanosPerSecond),
    ];

    /// <summary>Reads 2026-01-31T23:59:59[.123456789](Z|+hh:mm); digits finer than a nanosecond are cut off.</summary>
    public static Value ParseTimestamp(ReadOnlySpan<byte> text)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t')
            || text[13] != ':' || text[16] != ':')
            return Errors.NotATimestamp;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second))
            return Errors.NotATimestamp;
        var rest = text[19..];
        if (!Fraction(ref rest, out var nanos) || !Zone(rest, out var offsetMinutes))
            return Errors.NotATimestamp;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
            return Errors.NotATimestamp;
        var days = new DateOnly(year, month, day).DayNumber - Calendar.EpochDay;
        return Time.Timestamp(((days * 24L + hour) * 60 + minute - offsetMinutes) * 60 + second, nanos);
    }

    /// <summary>Reads a sign and then numbers with units, such as -1h30m, 1.5s or 300ms; also 0.</summary>
    public static Value ParseDuration(ReadOnlySpan<byte> text)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (text is [(byte)'0'])
            return Value.Duration(0);
        if (text.IsEmpty)
            return Errors.NotADuration;
        Int128 total = 0;
        while (!text.IsEmpty)
        {
            if (!Part(ref text, out var nanos))
                return Errors.NotADuration;
            total += nanos;
            if (total > (Int128)1 << 64)
                return Errors.OutOfRange;
        }

        return Time.Duration(isNegative ? -total : total);
    }

    /// <summary>2026-01-31T23:59:59.5Z: as many digits after the point as the value has, and none for a whole second.</summary>
    public static string Timestamp(Value timestamp)
    {
        var (seconds, nanos) = timestamp.AsTimestamp;
        var day = DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return $"{day}{FractionText(nanos)}Z";
    }

    /// <summary>Seconds: 90s, -1.5s.</summary>
    public static string Duration(Value duration)
    {
        var nanos = (Int128)duration.AsDuration;
        var magnitude = Int128.Abs(nanos);
        var whole = (long)(magnitude / Time.NanosPerSecond);
        return $"{(nanos < 0 ? "-" : "")}{whole.ToString(CultureInfo.InvariantCulture)}{FractionText((int)(magnitude % Time.NanosPerSecond))}s";
    }

    private static string FractionText(int nanos) =>
        nanos == 0 ? "" : "." + nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');

    private static bool Part(ref ReadOnlySpan<byte> text, out Int128 nanos)
    {
        nanos = 0;
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit((char)text[length]) || text[length] == '.'))
            length++;
        var number = text[..length];
        text = text[length..];
        var unit = Unit(ref text);
        var point = number.IndexOf((byte)'.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if (unit == 0 || whole.Length + fraction.Length == 0 || whole.Length > 19 || fraction.Contains((byte)'.'))
            return false;
        foreach (var digit in whole)
            nanos = nanos * 10 + (digit - '0');
        nanos *= unit;
        Int128 scale = 1;
        Int128 part = 0;
        foreach (var digit in fraction[..Math.Min(fraction.Length, 18)])
            (part, scale) = (part * 10 + (digit - '0'), scale * 10);
        nanos += part * unit / scale;
        return true;
    }

    private static long Unit(ref ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && !char.IsAsciiDigit((char)text[length]) && text[length] != '.')
            length++;
        var name = System.Text.Encoding.UTF8.GetString(text[..length]);
        text = text[length..];
        foreach (var unit in Units)
        {
            if (unit.Name == name)
                return unit.Nanos;
        }

        return 0;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
                return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int nanos)
    {
        nanos = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var digits = 0;
        for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit((char)rest[0]); rest = rest[1..])
        {
            if (digits++ < 9)
                nanos = nanos * 10 + (rest[0] - '0');
        }

        for (var i = digits; i < 9; i++)
            nanos *= 10;
        return digits > 0;
    }

    private static bool Zone(ReadOnlySpan<byte> zone, out int minutes)
    {
        minutes = 0;
        return zone is [(byte)'Z' or (byte)'z'] || (zone.Length > 0 && zone[0] is (byte)'+' or (byte)'-' && TimeZones.TryOffset(zone, out minutes));
    }
}
