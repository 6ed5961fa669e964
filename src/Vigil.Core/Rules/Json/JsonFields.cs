using System.Globalization;
using System.Text.Json;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules.Json;

/// <summary>The members of one JSON object, read with their types and ranges.</summary>
internal sealed class JsonFields
{
    private readonly RuleSetReader _reader;
    private readonly JsonValue _object;
    private readonly string _what;

    /// <param name="reader">Says where and in which rule something is wrong.</param>
    /// <param name="value">The object.</param>
    /// <param name="what">What it is, such as "a rule".</param>
    /// <param name="known">Names of its members.</param>
    public JsonFields(RuleSetReader reader, JsonValue value, string what, params string[] known)
    {
        (_reader, _object, _what) = (reader, value, what);
        if (value.Kind != JsonValueKind.Object)
            throw reader.Error(value.Offset, $"found {Kind(value)}, expected {what}: an object {{ … }}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, offset, _) in value.Members)
        {
            if (!known.Contains(key))
            {
                throw reader.Error(
                    offset, $"{what} has no \"{key}\"; it has {string.Join(", ", known)}{Spelling.Suggest(key, known)}");
            }

            if (!seen.Add(key))
                throw reader.Error(offset, $"\"{key}\" is there twice");
        }
    }

    public JsonValue? Find(string key)
    {
        foreach (var member in _object.Members)
        {
            if (member.Key == key)
                return member.Value;
        }

        return null;
    }

    public JsonValue Get(string key) => Find(key) ?? throw _reader.Error(_object.Offset, $"{_what} lacks \"{key}\"");

    public string Text(string key, int max, string otherwise = "") =>
        Find(key) is { } value ? Text(value, key, max) : otherwise;

    public string Text(JsonValue value, string key, int max)
    {
        if (value.Kind != JsonValueKind.String)
            throw _reader.Error(value.Offset, $"found {Kind(value)}, expected a text for \"{key}\"");
        return value.Text.Length <= max
            ? value.Text
            : throw _reader.Error(value.Offset, $"\"{key}\" is longer than {max:N0} characters");
    }

    public bool Flag(string key) => Find(key) is { } value && value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw _reader.Error(value.Offset, $"found {Kind(value)}, expected true or false for \"{key}\""),
    };

    public int Whole(string key, int from, int to, int otherwise) =>
        Find(key) is { } value ? (int)Number(value, key, from, to, whole: true) : otherwise;

    public double Number(string key, double from, double to, double otherwise) =>
        Find(key) is { } value ? Number(value, key, from, to, whole: false) : otherwise;

    /// <summary>One of some words; each stands for its position.</summary>
    public int Choice(string key, string[] words, int otherwise)
    {
        if (Find(key) is not { } value)
            return otherwise;
        var text = value.Kind == JsonValueKind.String ? value.Text : "";
        var index = Array.IndexOf(words, text);
        return index >= 0
            ? index
            : throw _reader.Error(
                value.Offset,
                $"found {Kind(value)}, expected {string.Join(" or ", words.Select(w => $"\"{w}\""))}{Spelling.Suggest(text, words)}");
    }

    /// <summary>A point in time as ISO 8601, µs.</summary>
    public long? Time(string key)
    {
        if (Find(key) is not { } value)
            return null;
        return Timestamp.TryParse(System.Text.Encoding.UTF8.GetBytes(Text(value, key, 40)), out var time, out _)
            ? time
            : throw _reader.Error(value.Offset, $"found {Kind(value)}, expected a time such as \"2027-01-01T00:00:00Z\"");
    }

    /// <summary>A span of time such as "1h", µs.</summary>
    public long Span(string key, long from, long to, long otherwise)
    {
        if (Find(key) is not { } value)
            return otherwise;
        return Window.TryParseSpan(Text(value, key, 20), out var span) && span >= from && span <= to
            ? span
            : throw _reader.Error(
                value.Offset, $"found {Kind(value)}, expected a span of time from {new Window(from, 0)} to {new Window(to, 0)}, such as \"1h\"");
    }

    private double Number(JsonValue value, string key, double from, double to, bool whole)
    {
        if (value.Kind == JsonValueKind.Number
            && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= from && number <= to && (!whole || Math.Floor(number) == number))
            return number;
        throw _reader.Error(
            value.Offset,
            string.Create(CultureInfo.InvariantCulture, $"found {Kind(value)}, expected a {(whole ? "whole " : "")}number from {from} to {to} for \"{key}\""));
    }

    internal static string Kind(JsonValue value) => value.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{(value.Text.Length <= 40 ? value.Text : value.Text[..40] + "…")}\"",
        JsonValueKind.Number => value.Text,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
