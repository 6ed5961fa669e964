using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Conformance;

/// <summary>Values and types as the suite writes them: <c>{"int64_value": ["42"]}</c>, <c>{"primitive": ["INT64"]}</c>.</summary>
internal static class TypedLiteral
{
    /// <summary>The items of a field, which is a list or stands for itself.</summary>
    public static IEnumerable<JsonElement> Children(JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(field, out var value))
            return [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
    }

    public static JsonElement? Child(JsonElement element, string field)
    {
        foreach (var child in Children(element, field))
            return child;
        return null;
    }

    public static string? Text(JsonElement element, string field) => Child(element, field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } child => child.GetString(),
        { } child => child.GetRawText(),
    };

    /// <exception cref="FormatException">The literal is of no type that is known here.</exception>
    public static Value Read(JsonElement literal)
    {
        foreach (var property in literal.EnumerateObject())
        {
            var content = Child(literal, property.Name) ?? default;
            var text = content.ValueKind == JsonValueKind.String ? content.GetString()! : content.ValueKind == JsonValueKind.Undefined ? "" : content.GetRawText();
            switch (property.Name)
            {
                case "null_value":
                    return Value.Null;
                case "bool_value":
                    return Value.Of(text == "true");
                case "int64_value":
                    return Value.Of(long.Parse(text, CultureInfo.InvariantCulture));
                case "uint64_value":
                    return Value.Of(ulong.Parse(text, CultureInfo.InvariantCulture));
                case "double_value":
                    return Value.Of(Double(text));
                case "string_value":
                    return Value.Of(text);
                case "bytes_value":
                    return Value.Bytes(Octets(content));
                case "type_value":
                    return Value.Type(text);
                case "list_value":
                    return Value.Of(Children(content, "values").Select(Read).ToArray());
                case "map_value":
                    var entries = Children(content, "entries").ToList();
                    return MapValue.Create([.. entries.Select(e => Side(e, "key"))], [.. entries.Select(e => Side(e, "value"))]);
                case "object_value":
                    return Time(content);
            }
        }

        throw new FormatException($"expected a typed value, found {literal.GetRawText()}");
    }

    /// <summary>The type that a declaration gives a variable; dyn for what is not known here.</summary>
    public static CelType ReadType(JsonElement type)
    {
        if (Child(type, "list_type") is { } list)
            return CelType.ListOf(Child(list, "elem_type") is { } element ? ReadType(element) : CelType.Dyn);
        if (Child(type, "map_type") is { } map)
        {
            return CelType.MapOf(
                Child(map, "key_type") is { } key ? ReadType(key) : CelType.Dyn, Child(map, "value_type") is { } value ? ReadType(value) : CelType.Dyn);
        }

        return (Text(type, "primitive") ?? Text(type, "well_known") ?? Text(type, "message_type")) switch
        {
            "BOOL" => CelType.Bool,
            "INT64" => CelType.Int,
            "UINT64" => CelType.UInt,
            "DOUBLE" => CelType.Double,
            "STRING" => CelType.Text,
            "BYTES" => CelType.Bytes,
            "TIMESTAMP" or "google.protobuf.Timestamp" => CelType.Timestamp,
            "DURATION" or "google.protobuf.Duration" => CelType.Duration,
            _ => CelType.Dyn,
        };
    }

    private static Value Side(JsonElement entry, string side) =>
        Read(Child(entry, side) ?? throw new FormatException($"expected a {side} in a map's entry"));

    private static double Double(string text) => text.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "infinity" or "+inf" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    /// <summary>A string stands for its UTF-8; an object holds a list of octets.</summary>
    private static byte[] Octets(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
            return Encoding.UTF8.GetBytes(content.GetString()!);
        if (content.ValueKind != JsonValueKind.Object)
            return [];
        return [.. content.EnumerateObject().SelectMany(p => p.Value.EnumerateArray()).Select(octet => octet.GetByte())];
    }

    /// <summary>A google.protobuf.Timestamp or Duration in an Any.</summary>
    private static Value Time(JsonElement any)
    {
        foreach (var property in any.EnumerateObject())
        {
            var message = Child(any, property.Name) ?? default;
            var seconds = long.Parse(Text(message, "seconds") ?? "0", CultureInfo.InvariantCulture);
            var nanos = int.Parse(Text(message, "nanos") ?? "0", CultureInfo.InvariantCulture);
            if (property.Name.Contains("google.protobuf.Timestamp", StringComparison.Ordinal))
                return Values.Time.Timestamp(seconds, nanos);
            if (property.Name.Contains("google.protobuf.Duration", StringComparison.Ordinal))
                return Values.Time.Duration((Int128)seconds * Values.Time.NanosPerSecond + nanos);
        }

        throw new FormatException("expected a timestamp or a duration; other messages are not known here");
    }
}
