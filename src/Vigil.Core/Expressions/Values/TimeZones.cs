using System.Text;

namespace Vigil.Core.Expressions.Values;

/// <summary>Time zones by offset (+02:00, -02:30, 02:00) or by name of the tz database (Europe/Zurich, US/Central, UTC).</summary>
internal static class TimeZones
{
    /// <summary>Finds a zone.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="zone">The zone.</param>
    public static bool TryFind(ReadOnlySpan<byte> name, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (name.SequenceEqual("UTC"u8))
            return true;
        if (TryOffset(name, out var minutes))
        {
            zone = TimeZoneInfo.CreateCustomTimeZone("fixed", TimeSpan.FromMinutes(minutes), "fixed", "fixed");
            return true;
        }

        var text = Encoding.UTF8.GetString(name);
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
            && TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!);
    }

    /// <summary>Reads [+|-]hh:mm, up to 14 hours.</summary>
    public static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-')
            text = text[1..];
        if (text.Length != 5 || text[2] != ':' || !Digits(text[..2], out var hours) || !Digits(text[3..], out var rest)
            || rest > 59 || hours * 60 + rest > 14 * 60)
            return false;
        minutes = hours * 60 + rest;
        if (isNegative)
            minutes = -minutes;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> two, out int value)
    {
        value = char.IsAsciiDigit((char)two[0]) && char.IsAsciiDigit((char)two[1]) ? (two[0] - '0') * 10 + two[1] - '0' : -1;
        return value >= 0;
    }
}
