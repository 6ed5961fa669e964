using System.Globalization;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>CEL's null.</summary>
internal sealed class OracleNull
{
    public static readonly OracleNull Value = new();
}

/// <summary>A type as a value.</summary>
internal sealed record OracleType(string Name);

/// <summary>A timestamp: nanoseconds since 1970, in the years 1 to 9999.</summary>
internal readonly record struct OracleTime(Int128 Nanos)
{
    public static readonly Int128 Second = 1_000_000_000;
    public static readonly OracleTime First = Of(DateTime.MinValue, 0);
    public static readonly OracleTime Last = Of(new DateTime(9999, 12, 31, 23, 59, 59), 999_999_999);

    public bool InRange => Nanos >= First.Nanos && Nanos <= Last.Nanos;

    public static OracleTime Of(DateTime whole, int nanos) =>
        new((whole - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond * Second + nanos);

    /// <summary>Whole seconds, rounded down, and the nanoseconds after them.</summary>
    public (DateTime Whole, int Nanos) Split()
    {
        var rest = (int)((Nanos % Second + Second) % Second);
        return (DateTime.UnixEpoch.AddSeconds((double)((Nanos - rest) / Second)), rest);
    }

    public override string ToString()
    {
        var (whole, nanos) = Split();
        return whole.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
            + (nanos == 0 ? "" : "." + nanos.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0')) + "Z";
    }
}

/// <summary>A duration in nanoseconds; one signed 64-bit number holds it.</summary>
internal readonly record struct OracleSpan(Int128 Nanos)
{
    public bool InRange => Nanos >= long.MinValue && Nanos <= long.MaxValue;

    public override string ToString()
    {
        var size = Int128.Abs(Nanos);
        var (whole, rest) = (size / OracleTime.Second, size % OracleTime.Second);
        var fraction = rest == 0 ? "" : "." + rest.ToString(CultureInfo.InvariantCulture).PadLeft(9, '0').TrimEnd('0');
        return $"{(Nanos < 0 ? "-" : "")}{whole}{fraction}s";
    }
}

/// <summary>A map in the order of its entries. Keys are found by CEL's equality: 1, 1u and 1.0 are one key.</summary>
/// <param name="Absent">What comes of a key that is not there; no such key, if null.</param>
internal sealed record OracleMap(List<(object Key, object Value)> Entries, OracleError? Absent = null)
{
    public bool Find(object key, out object value)
    {
        foreach (var entry in Entries)
        {
            if (OracleOperators.AreEqual(entry.Key, key))
            {
                value = entry.Value;
                return true;
            }
        }

        value = OracleNull.Value;
        return false;
    }
}

/// <summary>
/// What went wrong. Of several errors the specification lets any one come out, so an error knows which kinds it may be.
/// </summary>
internal sealed record OracleError(bool MayBeMissing, bool MayBeOther, string Why)
{
    /// <summary>A quotient by zero, which is missing where facts are read.</summary>
    public static OracleError Ratio { get; } = new(true, false, "a quotient by zero") { IsNumberRule = true };

    public bool IsNumberRule { get; private init; }

    public static OracleError Missing(string what) => new(true, false, $"{what} is missing");

    public static OracleError Other(string why) => new(false, true, why);

    public OracleError Or(OracleError other) =>
        new(MayBeMissing || other.MayBeMissing, MayBeOther || other.MayBeOther, $"{Why} / {other.Why}");
}

/// <summary>The rules leave this open; the case is not counted.</summary>
internal sealed class OracleAmbiguousException(string why) : Exception(why);
