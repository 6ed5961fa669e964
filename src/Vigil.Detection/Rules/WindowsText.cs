using System.Text;
using System.Text.Json;
using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Detection.Rules;

/// <summary>
/// What the windows of rules had seen, as it is stored with decisions: empty where all knew the whole record; otherwise
/// <c>[{"aggregate":"count(ip, \"1h\")","since":1700000000000000}]</c>, ordered, with null for a window that knew nothing.
/// </summary>
public static class WindowsText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of what the windows of a program have seen.</summary>
    public static string Of(IReadOnlyList<RuleWindow> windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var partial = windows.Where(w => !w.IsWhole).Select(w => (Text: AggregateText.Of(w.Aggregate), w.Since))
            .OrderBy(w => w.Text, StringComparer.Ordinal).ToList();
        if (partial.Count == 0)
            return "";
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartArray();
            foreach (var (text, since) in partial)
            {
                json.WriteStartObject();
                json.WriteString("aggregate", text);
                if (since is { } time)
                    json.WriteNumber("since", time);
                else
                    json.WriteNull("since");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>What each window had seen, by the text of <see cref="Of"/>; see <see cref="RuleWindow.Since"/>.</summary>
    /// <exception cref="InvalidDataException">The text is not one of <see cref="Of"/>.</exception>
    public static Func<Aggregate, long?> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return _ => long.MinValue;
        var since = new Dictionary<string, long?>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var item in document.RootElement.EnumerateArray())
            {
                var time = item.GetProperty("since");
                since.Add(item.GetProperty("aggregate").GetString()!, time.ValueKind == JsonValueKind.Null ? null : time.GetInt64());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("what the windows of rules had seen is not stored as this version knows it", e);
        }

        return aggregate => since.TryGetValue(AggregateText.Of(aggregate), out var time) ? time : long.MinValue;
    }
}
