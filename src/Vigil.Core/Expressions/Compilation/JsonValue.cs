using System.Text.Json;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>JSON as values of CEL (cel-spec, langdef.md, "JSON Data Conversion"): numbers are doubles.</summary>
internal static class JsonValue
{
    /// <summary>Most items of one list or map: it bounds what a macro over it can cost.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Reads one value; what is no JSON is an error.</summary>
    public static Value Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() ? Read(ref reader) : Errors.NotUtf8;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is thrown for half of a surrogate pair.
            return Errors.NotUtf8;
        }
    }

    private static Value Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Value.Of(reader.GetString()!);
            case JsonTokenType.Number:
                return Value.Of(reader.GetDouble());
            case JsonTokenType.True or JsonTokenType.False:
                return Value.Of(reader.TokenType == JsonTokenType.True);
            case JsonTokenType.StartArray:
                var items = new List<Value>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader));
                return items.Count > MaxItems ? Errors.TooManyItems : Collections.List([.. items]);
            case JsonTokenType.StartObject:
                var (keys, values) = (new List<Value>(), new List<Value>());
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    keys.Add(Value.Of(reader.GetString()!));
                    reader.Read();
                    values.Add(Read(ref reader));
                }

                return keys.Count > MaxItems ? Errors.TooManyItems : MapValue.Create([.. keys], [.. values]);
            default:
                return Value.Null;
        }
    }
}
