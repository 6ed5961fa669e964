using System.Globalization;

namespace Vigil.Core.Transactions;

/// <summary>ISO 8601 date-times to and from microseconds since 1970-01-01T00:00:00Z.</summary>
public static class Timestamp
{
    /// <summary>Microseconds in a second.</summary>
    public const long Second = 1_000_000;

    /// <summary>Microseconds in a day.</summary>
    public const long Day = 86_400 * Second;

    /// <summary>Bytes that <see cref="Format(long, Span{byte})"/> writes: 2026-01-31T23:59:59.999999Z.</summary>
    public const int FormattedLength = 27;

    /// <summary>
    /// Parses <c>2026-01-31T23:59[:59[.fraction]][Z|+hh[:mm]]</c>; a space may stand for the T. Without a zone it is
    /// UTC. Digits finer than a microsecond are cut off. Years 1970 to 2199.
    /// </summary>
    /// <param name="text">ASCII or UTF-8.</param>
    /// <param name="micros">Microseconds since the epoch.</param>
    /// <param name="error">What is wrong, for the sender; empty on success.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros, out string error)
    {
        micros = 0;
        error = "";
        if (text.Length < 16 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || text[13] != ':')
            return Fail("is not an ISO 8601 date and time such as 2026-01-31T23:59:59Z", out error);
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute))
            return Fail("is not an ISO 8601 date and time such as 2026-01-31T23:59:59Z", out error);
        var rest = text[16..];
        int second = 0, fraction = 0;
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!Digits(rest[1..3], out second))
                return Fail("has seconds that are not two digits", out error);
            rest = rest[3..];
            if (rest.Length > 0 && rest[0] is (byte)'.' or (byte)',')
            {
                if (!Fraction(ref rest, out fraction))
                    return Fail("has no digits after the decimal point of its seconds", out error);
            }
        }

        if (!Offset(rest, out var offsetMinutes))
            return Fail("has a zone that is neither Z nor +hh:mm", out error);
        if (year is < 1970 or > 2199)
            return Fail("is outside the years 1970 to 2199", out error);
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return Fail("names a day that does not exist", out error);
        if (hour > 23 || minute > 59 || second > 59)
            return Fail("names a time of day that does not exist", out error);
        var days = new DateOnly(year, month, day).DayNumber - EpochDay;
        var seconds = ((days * 24L + hour) * 60 + minute - offsetMinutes) * 60 + second;
        micros = seconds * Second + fraction;
        return micros >= 0 || Fail("is before 1970 in UTC", out error);
    }

    /// <summary>Writes <c>2026-01-31T23:59:59.999999Z</c>.</summary>
    /// <param name="micros">Microseconds since the epoch, not negative.</param>
    /// <param name="destination">At least <see cref="FormattedLength"/> bytes.</param>
    public static void Format(long micros, Span<byte> destination)
    {
        if (destination.Length < FormattedLength)
            throw new ArgumentException($"needs {FormattedLength} bytes", nameof(destination));
        // The round-trip format is the fast one; it has a digit more, a zero.
        Span<byte> text = stackalloc byte[FormattedLength + 1];
        ToDateTime(micros).TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[..(FormattedLength - 1)].CopyTo(destination);
        destination[FormattedLength - 1] = (byte)'Z';
    }

    /// <summary>The time as text, <c>2026-01-31T23:59:59.999999Z</c>.</summary>
    public static string Format(long micros) =>
        ToDateTime(micros).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null);

    public static DateTime ToDateTime(long micros) => DateTime.UnixEpoch.AddTicks(micros * 10);

    public static long FromDateTime(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks / 10;

    private const int EpochDay = 719_162;

    private static bool Fail(string reason, out string error)
    {
        error = reason;
        return false;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int micros)
    {
        micros = 0;
        var digits = 0;
        rest = rest[1..];
        while (rest.Length > 0 && rest[0] is >= (byte)'0' and <= (byte)'9')
        {
            if (digits++ < 6)
                micros = micros * 10 + (rest[0] - '0');
            rest = rest[1..];
        }

        for (var i = digits; i < 6; i++)
            micros *= 10;
        return digits > 0;
    }

    private static bool Offset(ReadOnlySpan<byte> zone, out int minutes)
    {
        minutes = 0;
        if (zone.Length == 0 || (zone.Length == 1 && zone[0] is (byte)'Z' or (byte)'z'))
            return true;
        if (zone[0] is not ((byte)'+' or (byte)'-') || zone.Length < 3 || !Digits(zone[1..3], out var hours))
            return false;
        var tail = zone[3..];
        if (tail.Length > 0 && tail[0] == ':')
            tail = tail[1..];
        var rest = 0;
        if (zone.Length > 3 && (tail.Length != 2 || !Digits(tail, out rest)))
            return false;
        if (hours > 18 || rest > 59)
            return false;
        minutes = hours * 60 + rest;
        if (zone[0] == '-')
            minutes = -minutes;
        return true;
    }
}
