using System.Globalization;
using System.Text;

namespace Vigil.Core.Expressions.Values;

/// <summary>Values as text: for string() and for people.</summary>
internal static class ValueText
{
    /// <summary>What string() gives for a bool, a number or a time.</summary>
    public static string Plain(Value v) => v.Kind switch
    {
        ValueKind.Bool => v.AsBool ? "true" : "false",
        ValueKind.Int => v.AsInt.ToString(CultureInfo.InvariantCulture),
        ValueKind.UInt => v.AsUInt.ToString(CultureInfo.InvariantCulture),
        ValueKind.Double => v.AsDouble.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
        ValueKind.Timestamp => TimeText.Timestamp(v),
        ValueKind.Duration => TimeText.Duration(v),
        _ => throw new ArgumentException($"{v.Kind} has no plain text.", nameof(v)),
    };

    /// <summary>The value as one would write it in an expression.</summary>
    public static string Describe(Value v) => v.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.UInt => Plain(v) + "u",
        ValueKind.Double => Plain(v) is var digits && digits.All(c => char.IsAsciiDigit(c) || c == '-') ? digits + ".0" : Plain(v),
        ValueKind.Text => $"\"{Encoding.UTF8.GetString(v.Octets)}\"",
        ValueKind.Bytes => $"b\"{string.Concat(v.Octets.ToArray().Select(o => o is >= 0x20 and < 0x7F ? ((char)o).ToString() : $"\\x{o:x2}"))}\"",
        ValueKind.List => $"[{string.Join(", ", v.Items.Select(Describe))}]",
        ValueKind.Map => $"{{{string.Join(", ", v.Map.Keys.Zip(v.Map.Values, (key, value) => $"{Describe(key)}: {Describe(value)}"))}}}",
        ValueKind.Timestamp => $"timestamp(\"{Plain(v)}\")",
        ValueKind.Duration => $"duration(\"{Plain(v)}\")",
        ValueKind.Type => v.Name,
        ValueKind.Missing or ValueKind.Failed => $"error: {v.Name}",
        _ => Plain(v),
    };
}
