using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Vigil.Core.Expressions.Values;

/// <summary>int(), uint(), double(), string(), bytes(), bool(), timestamp(), duration() and type().</summary>
internal static class Conversions
{
    private const double TwoTo63 = 9_223_372_036_854_775_808.0;
    private const double TwoTo64 = 18_446_744_073_709_551_616.0;

    public static Value ToInt(Value v) => v.Kind switch
    {
        ValueKind.Int => v,
        ValueKind.UInt => v.AsUInt > long.MaxValue ? Errors.OutOfRange : Value.Of((long)v.AsUInt),
        ValueKind.Double => v.AsDouble is > -TwoTo63 and < TwoTo63 ? Value.Of((long)v.AsDouble) : Errors.OutOfRange,
        ValueKind.Text => long.TryParse(v.Octets, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Value.Of(number)
            : Errors.NotANumber,
        ValueKind.Timestamp => Value.Of(v.AsTimestamp.Seconds),
        _ => Refuse(v),
    };

    public static Value ToUInt(Value v) => v.Kind switch
    {
        ValueKind.UInt => v,
        ValueKind.Int => v.AsInt < 0 ? Errors.OutOfRange : Value.Of((ulong)v.AsInt),
        ValueKind.Double => v.AsDouble is >= 0 and < TwoTo64 ? Value.Of((ulong)v.AsDouble) : Errors.OutOfRange,
        ValueKind.Text => ulong.TryParse(v.Octets, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Value.Of(number)
            : Errors.NotANumber,
        _ => Refuse(v),
    };

    public static Value ToDouble(Value v) => v.Kind switch
    {
        ValueKind.Double => v,
        ValueKind.Int => Value.Of((double)v.AsInt),
        ValueKind.UInt => Value.Of((double)v.AsUInt),
        ValueKind.Text => double.TryParse(
            v.Octets, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var number)
            ? Value.Of(number)
            : Errors.NotANumber,
        _ => Refuse(v),
    };

    public static Value ToText(Value v) => v.Kind switch
    {
        ValueKind.Text => v,
        ValueKind.Bytes => Utf8.IsValid(v.Octets) ? Value.Text(v.Octets.ToArray()) : Errors.NotUtf8,
        ValueKind.Bool or ValueKind.Int or ValueKind.UInt or ValueKind.Double or ValueKind.Timestamp or ValueKind.Duration =>
            Value.Of(ValueText.Plain(v)),
        _ => Refuse(v),
    };

    public static Value ToBytes(Value v) => v.Kind switch
    {
        ValueKind.Bytes => v,
        ValueKind.Text => Value.Bytes(v.Octets.ToArray()),
        _ => Refuse(v),
    };

    public static Value ToBool(Value v) => v.Kind switch
    {
        ValueKind.Bool => v,
        ValueKind.Text => Encoding.UTF8.GetString(v.Octets) switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => Value.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => Value.False,
            _ => Errors.NotABool,
        },
        _ => Refuse(v),
    };

    public static Value ToTimestamp(Value v) => v.Kind switch
    {
        ValueKind.Timestamp => v,
        ValueKind.Int => Time.Timestamp(v.AsInt, 0),
        ValueKind.Text => TimeText.ParseTimestamp(v.Octets),
        _ => Refuse(v),
    };

    public static Value ToDuration(Value v) => v.Kind switch
    {
        ValueKind.Duration => v,
        ValueKind.Text => TimeText.ParseDuration(v.Octets),
        _ => Refuse(v),
    };

    public static Value ToDyn(Value v) => v;

    public static Value TypeOf(Value v) => v.IsError ? v : TypeNames.Of(v.Kind);

    private static Value Refuse(Value v) => v.IsError ? v : Errors.NoOverload;
}
