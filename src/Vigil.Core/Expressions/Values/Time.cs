namespace Vigil.Core.Expressions.Values;

/// <summary>
/// Arithmetic of timestamps and durations. A timestamp lies in the years 1 to 9999; a duration is 64 bits of
/// nanoseconds, about 292 years (cel-spec, langdef.md, "Overflow").
/// </summary>
internal static class Time
{
    public const long NanosPerSecond = 1_000_000_000;

    /// <summary>0001-01-01T00:00:00Z.</summary>
    public const long FirstSecond = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z.</summary>
    public const long LastSecond = 253_402_300_799;

    /// <summary>A timestamp from whole seconds and any number of nanoseconds above them.</summary>
    public static Value Timestamp(Int128 seconds, Int128 nanos)
    {
        var total = seconds * NanosPerSecond + nanos;
        var whole = total / NanosPerSecond;
        var rest = total % NanosPerSecond;
        if (rest < 0)
            (whole, rest) = (whole - 1, rest + NanosPerSecond);
        return whole < FirstSecond || whole > LastSecond ? Errors.OutOfRange : Value.Timestamp((long)whole, (int)rest);
    }

    public static Value Duration(Int128 nanos) =>
        nanos < long.MinValue || nanos > long.MaxValue ? Errors.OutOfRange : Value.Duration((long)nanos);

    public static Value Add(Value a, Value b) => (a.Kind, b.Kind) switch
    {
        (ValueKind.Timestamp, ValueKind.Duration) => Timestamp(a.AsTimestamp.Seconds, (Int128)a.AsTimestamp.Nanos + b.AsDuration),
        (ValueKind.Duration, ValueKind.Timestamp) => Add(b, a),
        (ValueKind.Duration, ValueKind.Duration) => Duration((Int128)a.AsDuration + b.AsDuration),
        _ => Errors.NoOverload,
    };

    public static Value Subtract(Value a, Value b) => (a.Kind, b.Kind) switch
    {
        (ValueKind.Timestamp, ValueKind.Duration) => Timestamp(a.AsTimestamp.Seconds, (Int128)a.AsTimestamp.Nanos - b.AsDuration),
        (ValueKind.Timestamp, ValueKind.Timestamp) => Duration(Nanos(a) - Nanos(b)),
        (ValueKind.Duration, ValueKind.Duration) => Duration((Int128)a.AsDuration - b.AsDuration),
        _ => Errors.NoOverload,
    };

    private static Int128 Nanos(Value timestamp) =>
        (Int128)timestamp.AsTimestamp.Seconds * NanosPerSecond + timestamp.AsTimestamp.Nanos;
}
