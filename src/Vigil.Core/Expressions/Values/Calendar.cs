namespace Vigil.Core.Expressions.Values;

/// <summary>The parts of a date that getFullYear() and its kin give.</summary>
internal enum CalendarPart
{
    FullYear,

    /// <summary>0 for January.</summary>
    Month,

    /// <summary>From 1.</summary>
    Date,

    /// <summary>From 0.</summary>
    DayOfMonth,

    /// <summary>0 for Sunday.</summary>
    DayOfWeek,

    /// <summary>From 0.</summary>
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// <summary>Parts of timestamps in UTC or another zone, and whole units of durations.</summary>
internal static class Calendar
{
    /// <summary>Days from 0001-01-01 to 1970-01-01.</summary>
    public const int EpochDay = 719_162;

    private const int SecondsPerDay = 86_400;

    /// <summary>The part in UTC.</summary>
    /// <param name="seconds">Since 1970-01-01T00:00:00Z, rounded down.</param>
    /// <param name="nanos">Above them.</param>
    /// <param name="part">Which part.</param>
    public static long Part(long seconds, int nanos, CalendarPart part)
    {
        var day = Math.DivRem(seconds, SecondsPerDay, out var second);
        if (second < 0)
            (day, second) = (day - 1, second + SecondsPerDay);
        return part switch
        {
            CalendarPart.Hours => second / 3_600,
            CalendarPart.Minutes => second / 60 % 60,
            CalendarPart.Seconds => second % 60,
            CalendarPart.Milliseconds => nanos / 1_000_000,
            CalendarPart.DayOfWeek => ((day + 4) % 7 + 7) % 7, // 1970-01-01 was a Thursday
            _ => DayPart(day, part),
        };
    }

    public static Value Get(Value time, int part)
    {
        if (time.Kind == ValueKind.Timestamp)
            return Value.Of(Part(time.AsTimestamp.Seconds, time.AsTimestamp.Nanos, (CalendarPart)part));
        if (time.Kind != ValueKind.Duration)
            return time.IsError ? time : Errors.NoOverload;
        return (CalendarPart)part switch
        {
            CalendarPart.Hours => Value.Of(time.AsDuration / (3_600 * Time.NanosPerSecond)),
            CalendarPart.Minutes => Value.Of(time.AsDuration / (60 * Time.NanosPerSecond)),
            CalendarPart.Seconds => Value.Of(time.AsDuration / Time.NanosPerSecond),
            CalendarPart.Milliseconds => Value.Of(time.AsDuration % Time.NanosPerSecond / 1_000_000),
            _ => Errors.NoOverload,
        };
    }

    public static Value GetInZone(Value time, Value zone, int part)
    {
        if (time.IsError || zone.IsError)
            return time.IsError ? time : zone;
        if (time.Kind != ValueKind.Timestamp || zone.Kind != ValueKind.Text)
            return Errors.NoOverload;
        return TimeZones.TryFind(zone.Octets, out var found) ? GetInKnownZone(time, found, part) : Errors.UnknownZone;
    }

    public static Value GetInKnownZone(Value time, TimeZoneInfo zone, int part)
    {
        if (time.Kind != ValueKind.Timestamp)
            return time.IsError ? time : Errors.NoOverload;
        var (seconds, nanos) = time.AsTimestamp;
        var offset = zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(seconds));
        return Value.Of(Part(seconds + (long)offset.TotalSeconds, nanos, (CalendarPart)part));
    }

    private static long DayPart(long day, CalendarPart part)
    {
        // A zone can move the first or last day of the range out of it by one; the years repeat every 146,097 days.
        var shift = day + EpochDay < 0 ? 1 : day + EpochDay > DateOnly.MaxValue.DayNumber ? -1 : 0;
        var date = DateOnly.FromDayNumber((int)(day + EpochDay + shift * 146_097L));
        return part switch
        {
            CalendarPart.FullYear => date.Year - shift * 400,
            CalendarPart.Month => date.Month - 1,
            CalendarPart.Date => date.Day,
            CalendarPart.DayOfMonth => date.Day - 1,
            _ => date.DayOfYear - 1,
        };
    }
}
