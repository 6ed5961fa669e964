using System.Text.Json;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>Reads a feature set from its file (docs/features.md): JSON in which comments and trailing commas are allowed.</summary>
public static class FeatureSetJson
{
    /// <summary>Most features of one set.</summary>
    public const int MaxFeatures = 512;

    private static readonly JsonDocumentOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly string[] Keys =
        ["name", "version", "description", "include_current", "label_delay", "lateness", "features"];

    /// <summary>Reads and checks a set; every expression of the result compiles.</summary>
    /// <exception cref="FeatureSetException">What is wrong with it and where.</exception>
    public static FeatureSet Parse(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            using var document = JsonDocument.Parse(content, Options);
            var set = Read(document.RootElement, content);
            _ = new FeatureProgram(set, []);
            return set;
        }
        catch (JsonException e)
        {
            throw new FeatureSetException(
                $"The feature set is not valid JSON: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}.", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonElement's answer to a value of another type than the one asked for.
            throw new FeatureSetException($"The feature set has a value of the wrong type: {e.Message}", e);
        }
    }

    private static FeatureSet Read(JsonElement root, string content)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FeatureSetException("A feature set is a JSON object with name, version and features.");
        foreach (var property in root.EnumerateObject())
        {
            if (!Keys.Contains(property.Name))
                throw new FeatureSetException($"Unknown key \"{property.Name}\"; known are {string.Join(", ", Keys)}.");
        }

        var features = Required(root, "features").EnumerateArray().Select(ReadFeature).ToList();
        if (features.Count is 0 or > MaxFeatures)
            throw new FeatureSetException($"A feature set has 1 to {MaxFeatures} features; this one has {features.Count}.");
        var twice = features.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new FeatureSetException($"The feature \"{twice.Key}\" is there twice.");
        return new FeatureSet(
            Required(root, "name").GetString() is { Length: > 0 } name
                ? name : throw new FeatureSetException("The feature set's name is empty."),
            Required(root, "version").TryGetInt32(out var version) && version > 0
                ? version : throw new FeatureSetException("The version is a whole number from 1."),
            features,
            root.TryGetProperty("include_current", out var include) && include.GetBoolean(),
            Span(root, "label_delay", Timestamp.Day * 7),
            Span(root, "lateness", Timestamp.Day),
            content);
    }

    private static JsonElement Required(JsonElement element, string key) => element.TryGetProperty(key, out var value)
        ? value
        : throw new FeatureSetException($"The key \"{key}\" is missing.");

    private static long Span(JsonElement root, string key, long otherwise)
    {
        if (!root.TryGetProperty(key, out var value))
            return otherwise;
        return Window.TryParseSpan(value.GetString() ?? "", out var micros) && micros <= Window.Max
            ? micros
            : throw new FeatureSetException($"{key} is a span of time such as \"7d\", at most 90 days.");
    }

    private static Feature ReadFeature(JsonElement element, int index)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new FeatureSetException($"Feature {index + 1} is not an object with name and value.");
        var name = Required(element, "name").GetString() ?? "";
        if (name.Length is 0 or > 64 || !char.IsAsciiLetterLower(name[0])
            || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
        {
            throw new FeatureSetException(
                $"Feature {index + 1} is named \"{name}\"; a name has lower-case letters, digits and underscores.");
        }

        if (Fields.TryParse(name, out _) && name != "amount")
            throw new FeatureSetException($"Feature {index + 1} has the name of a field of the transaction, \"{name}\".");
        var says = element.TryGetProperty("says", out var text) ? text.GetString() ?? "" : "";
        return new Feature(name, Required(element, "value").GetString() ?? "", says);
    }
}
