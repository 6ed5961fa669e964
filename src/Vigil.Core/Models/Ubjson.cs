using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Vigil.Core.Models;

/// <summary>
/// Turns Universal Binary JSON (draft 12, ubjson.org), as XGBoost writes it, into JSON text with the same numbers: a float32
/// gets the digits that bring back its bits. One reader then serves both syntaxes.
/// </summary>
internal ref struct Ubjson
{
    private const int MaxDepth = 60;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private int _depth;

    private Ubjson(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the bytes begin an object of UBJSON: after the brace comes the type of a key's length.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 2 && bytes[0] == (byte)'{'
        && bytes[1] is (byte)'i' or (byte)'U' or (byte)'I' or (byte)'l' or (byte)'L' or (byte)'#' or (byte)'$';

    /// <exception cref="ModelFormatException">It is cut off or damaged; the message has the byte.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> bytes)
    {
        var reader = new Ubjson(bytes);
        var json = new ArrayBufferWriter<byte>(2 * bytes.Length);
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true }))
            reader.Value(reader.Marker(), writer);
        if (reader._at != bytes.Length)
            throw reader.Error("bytes after the end of the model");
        return json.WrittenSpan.ToArray();
    }

    private void Value(byte type, Utf8JsonWriter json)
    {
        switch (type)
        {
            case (byte)'{':
                Object(json);
                break;
            case (byte)'[':
                Array(json);
                break;
            case (byte)'S' or (byte)'H':
                json.WriteStringValue(Text(Length(Marker())));
                break;
            case (byte)'C':
                json.WriteStringValue(Text(1));
                break;
            case (byte)'T' or (byte)'F':
                json.WriteBooleanValue(type == 'T');
                break;
            case (byte)'Z':
                json.WriteNullValue();
                break;
            case (byte)'d':
                Number(BinaryPrimitives.ReadSingleBigEndian(Take(4)), json);
                break;
            case (byte)'D':
                Number(BinaryPrimitives.ReadDoubleBigEndian(Take(8)), json);
                break;
            default:
                json.WriteNumberValue(Integer(type));
                break;
        }
    }

    private void Object(Utf8JsonWriter json)
    {
        var (type, count) = Container();
        json.WriteStartObject();
        for (long i = 0; count is null || i < count; i++)
        {
            var next = Marker();
            if (count is null && next == '}')
                break;
            json.WritePropertyName(Text(Length(next)));
            Value(type ?? Marker(), json);
        }

        json.WriteEndObject();
        _depth--;
    }

    private void Array(Utf8JsonWriter json)
    {
        var (type, count) = Container();
        json.WriteStartArray();
        for (long i = 0; count is null || i < count; i++)
        {
            var next = type ?? Marker();
            if (count is null && next == ']')
                break;
            Value(next, json);
        }

        json.WriteEndArray();
        _depth--;
    }

    /// <summary>The type that all values share, and their number, where the container says so.</summary>
    private (byte? Type, long? Count) Container()
    {
        if (++_depth > MaxDepth)
            throw Error($"containers are nested more than {MaxDepth} deep");
        byte? type = null;
        if (Peek() == '$')
        {
            _at++;
            type = Take(1)[0];
            if (type is (byte)'Z' or (byte)'T' or (byte)'F' or (byte)'N' || Peek() != '#')
                throw Error("a typed container whose values or whose number is missing");
        }

        if (Peek() != '#')
            return (type, null);
        _at++;
        var count = Length(Marker());
        return (type, count);
    }

    private readonly byte Peek() => _at < _bytes.Length ? _bytes[_at] : (byte)0;

    private byte Marker()
    {
        byte marker;
        do
        {
            marker = Take(1)[0];
        }
        while (marker == 'N'); // no operation

        return marker;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_bytes.Length - _at < count)
            throw new ModelFormatException("", $"the UBJSON document ends at byte {_bytes.Length}: it is cut off.");
        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private ReadOnlySpan<byte> Text(int length)
    {
        var text = Take(length);
        return Utf8.IsValid(text) ? text : throw Error("a text is not valid UTF-8");
    }

    /// <summary>A length; each thing counted takes a byte at least, so more than are left is damage.</summary>
    private int Length(byte type)
    {
        var length = Integer(type);
        return length >= 0 && length <= _bytes.Length - _at
            ? (int)length
            : throw Error($"a length of {length.ToString(CultureInfo.InvariantCulture)} where {_bytes.Length - _at} bytes are left: it is cut off or damaged");
    }

    private long Integer(byte type) => type switch
    {
        (byte)'i' => (sbyte)Take(1)[0],
        (byte)'U' => Take(1)[0],
        (byte)'I' => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
        (byte)'l' => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        _ => throw Error($"the type 0x{type:x2} is not one of UBJSON, or not in its place"),
    };

    private static void Number(float value, Utf8JsonWriter json)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void Number(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private readonly ModelFormatException Error(string problem) => new("", $"{problem} (UBJSON, near byte {_at}).");
}
