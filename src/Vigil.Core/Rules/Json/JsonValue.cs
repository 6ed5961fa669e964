using System.Text;
using System.Text.Json;

namespace Vigil.Core.Rules.Json;

/// <summary>A value of a JSON text that knows where it stands, so that what is wrong with it can be pointed at.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins, in bytes of UTF-8.</param>
internal sealed record JsonValue(JsonValueKind Kind, int Offset)
{
    private const int MaxDepth = 16;

    /// <summary>Of a text: the text; of a number: its digits.</summary>
    public string Text { get; init; } = "";

    public List<JsonValue> Items { get; } = [];

    public List<(string Key, int Offset, JsonValue Value)> Members { get; } = [];

    /// <summary>Reads a text in which comments and trailing commas are allowed.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(
            utf8,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var value = Read(ref reader);
            reader.Read();
            return value;
        }
        catch (InvalidOperationException)
        {
            // GetString of a text that is no UTF-16.
            var before = utf8[..(int)reader.TokenStartIndex];
            throw new JsonException(
                "a text holds half of a surrogate pair.", null, before.Count((byte)'\n'), before.Length - (before.LastIndexOf((byte)'\n') + 1));
        }
    }

    /// <summary>The byte that an exception of <see cref="Parse"/> points at; the end of its line where it points beyond.</summary>
    public static int OffsetOf(ReadOnlySpan<byte> utf8, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0 && utf8[start..].IndexOf((byte)'\n') is >= 0 and var end; line--)
            start += end + 1;
        var length = utf8[start..].IndexOf((byte)'\n') is >= 0 and var rest ? rest : utf8.Length - start;
        return start + (int)Math.Min(e.BytePositionInLine ?? 0, length);
    }

    /// <summary>Line and column, from 1, of a byte; columns in UTF-16 units.</summary>
    public static (int Line, int Column) Place(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..Math.Min(offset, utf8.Length)];
        var line = before.Count((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }

    /// <summary>The byte of a JSON text at which the n-th UTF-16 unit of one of its texts is written.</summary>
    /// <param name="utf8">The whole JSON.</param>
    /// <param name="text">Where the text begins: its quote.</param>
    /// <param name="unit">Index in the text that it stands for.</param>
    public static int OffsetIn(ReadOnlySpan<byte> utf8, int text, int unit)
    {
        var at = text + 1;
        while (unit > 0 && at < utf8.Length && utf8[at] != '"')
        {
            if (utf8[at] == '\\')
            {
                at += at + 1 < utf8.Length && utf8[at + 1] == 'u' ? 6 : 2;
                unit--;
                continue;
            }

            Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length);
            at += length;
            unit -= rune.Utf16SequenceLength;
        }

        return at;
    }

    private static JsonValue Read(ref Utf8JsonReader reader)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var made = new JsonValue(JsonValueKind.Object, offset);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, place) = (reader.GetString()!, (int)reader.TokenStartIndex);
                    reader.Read();
                    made.Members.Add((key, place, Read(ref reader)));
                }

                return made;
            case JsonTokenType.StartArray:
                var list = new JsonValue(JsonValueKind.Array, offset);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Items.Add(Read(ref reader));
                return list;
            case JsonTokenType.String:
                return new JsonValue(JsonValueKind.String, offset) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new JsonValue(JsonValueKind.Number, offset) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new JsonValue(JsonValueKind.True, offset);
            case JsonTokenType.False:
                return new JsonValue(JsonValueKind.False, offset);
            default:
                return new JsonValue(JsonValueKind.Null, offset);
        }
    }
}
