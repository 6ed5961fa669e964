using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// Walks a JSON document front to back and knows where it is, so that an error can say so. Lenient about how a number
/// is written (7, 7.0, "7", "[7E0]", true, NaN), because writers of model files differ; strict about everything else.
/// </summary>
internal ref struct JsonCursor
{
    private const int MaxNames = 64;

    private readonly List<(string? Name, int Index)> _path = [];
    private readonly List<string> _names = []; // properties met so far: a model names the same ones in each of its trees
    private Utf8JsonReader _reader;

    /// <param name="utf8">The document; a byte order mark is skipped.</param>
    internal JsonCursor(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            utf8 = utf8[3..];
        if (utf8.IsEmpty)
            throw new ModelFormatException("", "the model document is empty.");
        Length = utf8.Length;
        _reader = new Utf8JsonReader(BareNumbers.Quoted(utf8), new JsonReaderOptions { MaxDepth = 64 });
    }

    internal readonly string Path => string.Concat(_path.Select(part => part.Name is { } name ? $".{name}" : $"[{part.Index}]")).TrimStart('.');

    /// <summary>Bytes of the document.</summary>
    internal int Length { get; }

    internal readonly JsonTokenType Token => _reader.TokenType;

    internal readonly ModelFormatException Error(string problem) => new(Path, problem);

    /// <summary>Moves to the next token; a document that ends early is an error with its place.</summary>
    internal void Advance()
    {
        try
        {
            if (!_reader.Read())
                throw Error("the document ends here.");
        }
        catch (JsonException e)
        {
            var byteOffset = _reader.BytesConsumed;
            throw new ModelFormatException(Path, $"no valid JSON near byte {byteOffset}: cut off, damaged, or another format (save as JSON).", e);
        }
    }

    internal readonly void Expect(JsonTokenType token, string what)
    {
        if (_reader.TokenType != token)
            throw Error($"expected {what}, found {_reader.TokenType}.");
    }

    /// <summary>After the last token nothing but blanks may follow.</summary>
    internal void ExpectEnd()
    {
        try
        {
            if (_reader.Read())
                throw Error("text after the end of the model.");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException("", "text after the end of the model.", e);
        }
    }

    /// <summary>
    /// At or inside an object: moves to the next property's value. <c>while (c.NextProperty(out var name)) { ... }</c>,
    /// where the body consumes the value and leaves the cursor on its last token.
    /// </summary>
    /// <param name="depth">The depth of the object, from <see cref="EnterObject"/>.</param>
    /// <param name="name">The property.</param>
    internal bool NextProperty(int depth, out string name)
    {
        _path.RemoveRange(depth, _path.Count - depth);
        Advance();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = Name();
        _path.Add((name, 0));
        Advance();
        return true;
    }

    /// <summary>On the opening brace of an object; returns its depth for <see cref="NextProperty"/>.</summary>
    internal readonly int EnterObject()
    {
        Expect(JsonTokenType.StartObject, "an object");
        return _path.Count;
    }

    /// <summary>On the opening bracket of an array; returns its depth for <see cref="NextItem"/>.</summary>
    internal readonly int EnterArray()
    {
        Expect(JsonTokenType.StartArray, "an array");
        return _path.Count;
    }

    /// <summary>Moves to the next item of an array.</summary>
    /// <param name="depth">From <see cref="EnterArray"/>.</param>
    /// <param name="index">The item's position, for the path.</param>
    internal bool NextItem(int depth, int index)
    {
        _path.RemoveRange(depth, _path.Count - depth);
        Advance();
        if (_reader.TokenType == JsonTokenType.EndArray)
            return false;
        _path.Add((null, index));
        return true;
    }

    /// <summary>Skips the value that the cursor is on.</summary>
    internal void Skip()
    {
        var depth = _reader.CurrentDepth;
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        do
        {
            Advance();
        }
        while (_reader.CurrentDepth > depth);
    }

    internal readonly string String()
    {
        Expect(JsonTokenType.String, "a string");
        return Text();
    }

    internal readonly double Number()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.Number:
                return _reader.GetDouble();
            case JsonTokenType.True:
                return 1;
            case JsonTokenType.False:
                return 0;
            case JsonTokenType.String:
                var text = Text().Trim('[', ']', ' ');
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    return value;
                break;
        }

        throw Error("expected a number.");
    }

    internal readonly float Single()
    {
        // Rounding once from the decimal text, not by way of a double: what XGBoost reads.
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetSingle(out var single))
            return single;
        if (_reader.TokenType == JsonTokenType.String
            && float.TryParse(Text().Trim('[', ']', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out single))
        {
            return single;
        }

        return (float)Number();
    }

    internal readonly int Integer()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var integer))
            return integer;
        var value = Number();
        if (value != Math.Floor(value) || Math.Abs(value) > uint.MaxValue)
            throw Error($"expected an integer, found {value.ToString(CultureInfo.InvariantCulture)}.");
        return (int)Math.Min(value, int.MaxValue); // XGBoost marks deleted nodes with the largest unsigned value
    }

    internal float[] Singles()
    {
        var values = new Column<float>();
        Singles(values);
        return values.Values.ToArray();
    }

    /// <summary>Reads an array into a column.</summary>
    internal void Singles(Column<float> values)
    {
        values.Begin();
        Expect(JsonTokenType.StartArray, "an array of numbers");
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
            values.Add(Single());
    }

    /// <inheritdoc cref="Singles(Column{float})"/>
    internal void Integers(Column<int> values)
    {
        values.Begin();
        Expect(JsonTokenType.StartArray, "an array of integers");
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
            values.Add(Integer());
    }

    internal double[] Doubles()
    {
        var values = new List<double>();
        Expect(JsonTokenType.StartArray, "an array of numbers");
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
            values.Add(Number());
        return [.. values];
    }

    internal int[] Integers()
    {
        var values = new Column<int>();
        Integers(values);
        return values.Values.ToArray();
    }

    internal string[] Strings()
    {
        var values = new List<string>();
        Expect(JsonTokenType.StartArray, "an array of strings");
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
            values.Add(String());
        return [.. values];
    }

    internal Dictionary<string, string> StringMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var depth = EnterObject();
        while (NextProperty(depth, out var name))
            map[name] = String();
        return map;
    }

    private readonly string Name()
    {
        foreach (var known in _names)
        {
            if (_reader.ValueTextEquals(known))
                return known;
        }

        var name = Text();
        if (_names.Count < MaxNames)
            _names.Add(name);
        return name;
    }

    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e) // invalid UTF-8 or half a surrogate pair
        {
            throw new ModelFormatException(Path, "the text is not valid UTF-8.", e.InnerException as DecoderFallbackException ?? (Exception)e);
        }
    }
}
