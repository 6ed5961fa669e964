using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>The standard functions and those of Vigil's environment, of arguments that are no errors.</summary>
internal static partial class OracleFunctions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static object Standard(string name, bool method, object[] a) => (name, method, a) switch
    {
        ("size", _, [string s]) => (long)s.EnumerateRunes().Count(),
        ("size", _, [byte[] b]) => (long)b.Length,
        ("size", _, [List<object> l]) => (long)l.Count,
        ("size", _, [OracleMap m]) => (long)m.Entries.Count,
        ("contains", true, [string s, string part]) => s.Contains(part, StringComparison.Ordinal),
        ("startsWith", true, [string s, string part]) => s.StartsWith(part, StringComparison.Ordinal),
        ("endsWith", true, [string s, string part]) => s.EndsWith(part, StringComparison.Ordinal),
        ("matches", _, [string s, string pattern]) =>
            OracleRegex.IsMatch(s, pattern) is { } match ? match : OracleError.Other("no regular expression"),
        ("type", false, [var x]) => new OracleType(OracleOperators.TypeName(x)),
        ("dyn", false, [var x]) => x,
        ("bool", false, [bool b]) => b,
        ("bool", false, [string s]) => Bool(s),
        ("int", false, [var x]) => Int(x),
        ("uint", false, [var x]) => UInt(x),
        ("double", false, [var x]) => Double(x),
        ("string", false, [var x]) => Text(x),
        ("bytes", false, [byte[] b]) => b,
        ("bytes", false, [string s]) => Encoding.UTF8.GetBytes(s),
        ("timestamp", false, [OracleTime t]) => t,
        ("timestamp", false, [string s]) => Time(s),
        ("duration", false, [OracleSpan d]) => d,
        ("duration", false, [string s]) => Span(s),
        (_, true, [OracleTime t]) => Part(name, t, ""),
        (_, true, [OracleTime t, string zone]) => Part(name, t, zone),
        (_, true, [OracleSpan d]) => Part(name, d),
        _ => OracleOperators.NoOverload(name, a),
    };

    private static object Bool(string s) => s switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => OracleError.Other("no bool"),
    };

    private static object Int(object x)
    {
        switch (x)
        {
            case double d:
                return d > long.MinValue && d < 9223372036854775808.0 ? (long)d : OracleError.Other("int out of range");
            case OracleTime t:
                return (long)Int128.Max((t.Nanos - t.Split().Nanos) / OracleTime.Second, long.MinValue);
            default:
                return Whole(x) is { } n && n >= long.MinValue && n <= long.MaxValue ? (long)n : OracleError.Other("no int");
        }
    }

    private static object UInt(object x) => x is double and > -1 and < 0 ? throw new OracleAmbiguousException("uint of a negative fraction")
        : x is double d ? d >= 0 && d < 18446744073709551616.0 ? (ulong)d : OracleError.Other("uint out of range")
        : Whole(x) is { } n && n >= 0 && n <= ulong.MaxValue && x is not OracleTime ? (ulong)n : OracleError.Other("no uint");

    private static BigInteger? Whole(object x) => x switch
    {
        long i => i,
        ulong u => u,
        string s when WholeNumber().IsMatch(s) => BigInteger.Parse(s, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static object Double(object x) => x switch
    {
        double d => d,
        long i => (double)i,
        ulong u => (double)u,
        string s when Number().IsMatch(s) => double.Parse(s, CultureInfo.InvariantCulture),
        _ => OracleError.Other("no double"),
    };

    private static object Text(object x)
    {
        switch (x)
        {
            case string s:
                return s;
            case bool b:
                return b ? "true" : "false";
            case long i:
                return i.ToString(CultureInfo.InvariantCulture);
            // The table of the specification says "123u", its text says base 10.
            case ulong:
                throw new OracleAmbiguousException("string(uint)");
            case double d:
                return Math.Abs(d) is >= 1e-4 and < 1e15 ? d.ToString("R", CultureInfo.InvariantCulture)
                    : throw new OracleAmbiguousException("string(double)");
            case byte[] bytes:
                try
                {
                    return Strict.GetString(bytes);
                }
                catch (DecoderFallbackException)
                {
                    return OracleError.Other("invalid UTF-8");
                }

            case OracleTime or OracleSpan:
                return x.ToString()!;
            default:
                return OracleOperators.NoOverload("string", x);
        }
    }

    /// <summary>RFC 3339, section 5.6.</summary>
    private static object Time(string s)
    {
        var m = Rfc3339().Match(s);
        if (!m.Success)
            return OracleError.Other("no timestamp");
        var n = Enumerable.Range(1, 6).Select(i => int.Parse(m.Groups[i].Value, CultureInfo.InvariantCulture)).ToArray();
        if (n[0] < 1 || n[1] is < 1 or > 12 || n[2] < 1 || n[2] > DateTime.DaysInMonth(n[0], n[1]) || n[3] > 23 || n[4] > 59 || n[5] > 59)
            return OracleError.Other("no such day or time");
        var nanos = int.Parse(m.Groups[7].Value.PadRight(9, '0'), CultureInfo.InvariantCulture);
        var local = OracleTime.Of(new DateTime(n[0], n[1], n[2], n[3], n[4], n[5]), nanos);
        var zone = m.Groups[8].Value == "Z" ? 0 : Minutes(m.Groups[8].Value);
        return OracleOperators.InRange(new OracleTime(local.Nanos - zone * 60 * OracleTime.Second));
    }

    private static int Minutes(string zone) =>
        (zone[0] == '-' ? -1 : 1) * (int.Parse(zone.AsSpan()[^5..^3], CultureInfo.InvariantCulture) * 60 + int.Parse(zone.AsSpan()[^2..], CultureInfo.InvariantCulture));

    private static object Span(string s)
    {
        if (s is "0" or "-0" or "+0")
            return new OracleSpan(0);
        if (!Duration().IsMatch(s))
            return OracleError.Other("no duration");
        BigInteger total = 0;
        foreach (Match part in DurationPart().Matches(s))
        {
            var unit = part.Groups[3].Value switch { "h" => 3_600_000_000_000, "m" => 60_000_000_000, "s" => 1_000_000_000L, "ms" => 1_000_000, "us" => 1_000, _ => 1 };
            var digits = part.Groups[2].Value;
            total += BigInteger.Parse("0" + part.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
            total += BigInteger.Parse("0" + digits, CultureInfo.InvariantCulture) * unit / BigInteger.Pow(10, digits.Length);
        }

        if (s[0] == '-')
            total = -total;
        return BigInteger.Abs(total) < BigInteger.Pow(2, 100) ? OracleOperators.InRange(new OracleSpan((Int128)total)) : OracleError.Other("duration out of range");
    }

    private static object Part(string name, OracleTime t, string zone)
    {
        var offset = 0;
        if (FixedZone().IsMatch(zone))
            offset = Minutes(zone);
        else if (zone is not ("" or "UTC"))
            throw new OracleAmbiguousException("the oracle knows no zones by name");
        var moved = new OracleTime(t.Nanos + offset * 60 * OracleTime.Second);
        if (!moved.InRange)
            throw new OracleAmbiguousException("a local time outside of the years 1 to 9999");
        var (whole, nanos) = moved.Split();
        return name switch
        {
            "getFullYear" => (long)whole.Year,
            "getMonth" => (long)whole.Month - 1,
            "getDate" => (long)whole.Day,
            "getDayOfMonth" => (long)whole.Day - 1,
            "getDayOfWeek" => (long)whole.DayOfWeek,
            "getDayOfYear" => (long)whole.DayOfYear - 1,
            "getHours" => (long)whole.Hour,
            "getMinutes" => (long)whole.Minute,
            "getSeconds" => (long)whole.Second,
            "getMilliseconds" => (long)nanos / 1_000_000,
            _ => OracleOperators.NoOverload(name, t),
        };
    }

    private static object Part(string name, OracleSpan d) => name switch
    {
        "getHours" => (long)(d.Nanos / (3600 * OracleTime.Second)),
        "getMinutes" => (long)(d.Nanos / (60 * OracleTime.Second)),
        "getSeconds" => (long)(d.Nanos / OracleTime.Second),
        "getMilliseconds" => (long)(d.Nanos / 1_000_000 % 1000),
        _ => OracleOperators.NoOverload(name, d),
    };

    /// <summary>log, sqrt, abs, least, greatest and number; a result that is no number is missing.</summary>
    public static object? Vigil(string name, object[] a)
    {
        double? result = (name, a.Select(OracleOperators.Promoted).ToArray()) switch
        {
            ("log", [double x]) => Math.Log(x),
            ("sqrt", [double x]) => Math.Sqrt(x),
            ("abs", [double x]) => Math.Abs(x),
            ("least", [double x, double y]) => Math.Min(x, y),
            ("greatest", [double x, double y]) => Math.Max(x, y),
            ("number", [double x]) => x,
            ("number", [bool b]) => b ? 1 : 0,
            ("number", [string s]) => Number().IsMatch(s) && double.Parse(s, CultureInfo.InvariantCulture) is var n && double.IsFinite(n) ? n : double.NaN,
            _ => null,
        };
        return result is { } value ? double.IsNaN(value) ? OracleError.Missing(name) : value : null;
    }

    [GeneratedRegex(@"^-?[0-9]+$(?<!\n)", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|us|ns|m|s))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(@"([0-9]*)\.?([0-9]*)(h|ms|us|ns|m|s)", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPart();

    [GeneratedRegex(@"^[+-]?[0-9]{2}:[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FixedZone();
}
