using System.Numerics;
using System.Text;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>Equality, order and arithmetic of values (langdef.md: Equality, Ordering, Overflow, Arithmetic Operators).</summary>
internal static class OracleOperators
{
    public static string TypeName(object value) => value switch
    {
        OracleNull => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        List<object> => "list",
        OracleMap => "map",
        OracleTime => "google.protobuf.Timestamp",
        OracleSpan => "google.protobuf.Duration",
        OracleType => "type",
        _ => throw new ArgumentException(value.GetType().Name),
    };

    public static bool IsNumber(object value) => value is long or ulong or double;

    public static bool AreEqual(object a, object b)
    {
        if (IsNumber(a) && IsNumber(b))
            return CompareNumbers(a, b) == 0;
        return (a, b) switch
        {
            (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
            (List<object> x, List<object> y) => x.Count == y.Count && x.Zip(y).All(p => AreEqual(p.First, p.Second)),
            (OracleMap x, OracleMap y) => x.Entries.Count == y.Entries.Count
                && x.Entries.All(e => y.Find(e.Key, out var other) && AreEqual(e.Value, other)),
            (OracleMap, _) or (_, OracleMap) => false,
            _ => a.GetType() == b.GetType() && a.Equals(b),
        };
    }

    /// <summary>On one number line, exactly; null where one is not a number.</summary>
    public static int? CompareNumbers(object a, object b)
    {
        if (a is double.NaN || b is double.NaN)
            return null;
        if (a is double x && b is double y)
            return x < y ? -1 : x > y ? 1 : 0;
        if (a is double.PositiveInfinity || b is double.NegativeInfinity)
            return 1;
        if (a is double.NegativeInfinity || b is double.PositiveInfinity)
            return -1;
        var (p, q) = (Exact(a), Exact(b));
        return (p.Numerator * q.Denominator).CompareTo(q.Numerator * p.Denominator);
    }

    private static (BigInteger Numerator, BigInteger Denominator) Exact(object number)
    {
        if (number is not double d)
            return (number is long i ? i : (ulong)number, 1);
        var bits = BitConverter.DoubleToInt64Bits(d);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        var value = new BigInteger(exponent == 0 ? mantissa : mantissa | 1L << 52) * (bits < 0 ? -1 : 1);
        var shift = Math.Max(exponent, 1) - 1075;
        return shift >= 0 ? (value << shift, 1) : (value, BigInteger.One << -shift);
    }

    /// <summary>The order of two values, null for NaN; or an error where there is none.</summary>
    public static object? Compare(object a, object b)
    {
        if (IsNumber(a) && IsNumber(b))
            return CompareNumbers(a, b);
        return (a, b) switch
        {
            (string x, string y) => Bytes(Encoding.UTF8.GetBytes(x), Encoding.UTF8.GetBytes(y)),
            (byte[] x, byte[] y) => Bytes(x, y),
            (bool x, bool y) => x.CompareTo(y),
            (OracleTime x, OracleTime y) => x.Nanos.CompareTo(y.Nanos),
            (OracleSpan x, OracleSpan y) => x.Nanos.CompareTo(y.Nanos),
            _ => NoOverload("order", a, b),
        };
    }

    private static int Bytes(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b);

    public static OracleError NoOverload(string function, params object[] arguments) =>
        OracleError.Other($"no overload {function}({string.Join(", ", arguments.Select(TypeName))})");

    /// <param name="vigil">Whether an int or uint beside a double becomes one, and doubles have a remainder.</param>
    public static object Arithmetic(string op, object a, object b, bool vigil)
    {
        if (vigil && (a is double || b is double))
            (a, b) = (Promoted(a), Promoted(b));
        return (op, a, b) switch
        {
            (_, long x, long y) => Integers(op, x, y, long.MinValue, long.MaxValue),
            (_, ulong x, ulong y) => Integers(op, x, y, ulong.MinValue, ulong.MaxValue),
            (_, double x, double y) => Doubles(op, x, y, vigil),
            ("+", string x, string y) => x + y,
            ("+", byte[] x, byte[] y) => (byte[])[.. x, .. y],
            ("+", List<object> x, List<object> y) => (List<object>)[.. x, .. y],
            ("+", OracleTime x, OracleSpan y) => InRange(new OracleTime(x.Nanos + y.Nanos)),
            ("+", OracleSpan x, OracleTime y) => InRange(new OracleTime(x.Nanos + y.Nanos)),
            ("+", OracleSpan x, OracleSpan y) => InRange(new OracleSpan(x.Nanos + y.Nanos)),
            ("-", OracleTime x, OracleTime y) => InRange(new OracleSpan(x.Nanos - y.Nanos)),
            ("-", OracleTime x, OracleSpan y) => InRange(new OracleTime(x.Nanos - y.Nanos)),
            ("-", OracleSpan x, OracleSpan y) => InRange(new OracleSpan(x.Nanos - y.Nanos)),
            _ => NoOverload(op, a, b),
        };
    }

    public static object Promoted(object value) => value switch
    {
        long i => (double)i,
        ulong u => (double)u,
        _ => value,
    };

    public static object InRange(OracleTime time) => time.InRange ? time : OracleError.Other("timestamp out of range");

    public static object InRange(OracleSpan span) => span.InRange ? span : OracleError.Other("duration out of range");

    private static object Integers(string op, BigInteger x, BigInteger y, BigInteger least, BigInteger most)
    {
        if (op is "/" or "%" && y.IsZero)
            return OracleError.Other("division by zero");
        if (op == "%" && x == long.MinValue && y == -1 && least.Sign < 0)
            throw new OracleAmbiguousException("the least int % -1");
        var result = op switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => BigInteger.Divide(x, y),
            _ => BigInteger.Remainder(x, y),
        };
        if (result < least || result > most)
            return OracleError.Other("integer overflow");
        return least.IsZero ? (ulong)result : (long)result;
    }

    private static object Doubles(string op, double x, double y, bool vigil) => op switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" => vigil && y == 0 ? OracleError.Ratio : x / y,
        _ when vigil => y == 0 ? OracleError.Ratio : x % y,
        _ => NoOverload("%", x, y),
    };
}
