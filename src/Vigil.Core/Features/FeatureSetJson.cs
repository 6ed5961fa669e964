using System.Text.Json;
using Vigil.Core.Expressions;
using Vigil.Core.Expressions.Parsing;
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

    private static readonly string[] FeatureKeys = ["name", "value", "says"];

    // Names that mean something else in an expression, besides the fields of a transaction.
    private static readonly string[] Reserved = ["timestamp", "is_fraud", "score", "attributes", "true", "false", "in"];

    /// <summary>Reads and checks a set; every expression of the result compiles.</summary>
    /// <exception cref="FeatureSetException">What is wrong with it and where.</exception>
    public static FeatureSet Parse(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            using var document = JsonDocument.Parse(content, Options);
            var set = Read(document.RootElement, content);
            _ = set.Program;
            return set;
        }
        catch (JsonException e)
        {
            throw new FeatureSetException(
                $"The feature set is not valid JSON: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}.", e);
        }
    }

    private static FeatureSet Read(JsonElement root, string content)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new FeatureSetException("A feature set is a JSON object with name, version and features.");
        CheckKeys(root, Keys, "");
        var list = Get(root, "features", JsonValueKind.Array, "a list", "") ?? throw Missing("features", "");
        var features = list.EnumerateArray().Select(ReadFeature).ToList();
        if (features.Count is 0 or > MaxFeatures)
            throw new FeatureSetException($"A feature set has 1 to {MaxFeatures} features; this one has {features.Count}.");
        var twice = features.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new FeatureSetException($"The feature \"{twice.Key}\" is there twice.");
        var name = Text(root, "name", "");
        if (name.Length is 0 or > 64)
            throw new FeatureSetException("The feature set's name is empty or longer than 64 characters.");
        if (Get(root, "version", JsonValueKind.Number, "a number", "") is not { } number)
            throw Missing("version", "");
        if (!number.TryGetInt32(out var version) || version < 1)
            throw new FeatureSetException("The version is a whole number from 1.");
        _ = Get(root, "description", JsonValueKind.String, "a text", "");
        return new FeatureSet(
            name, version, features, IncludeCurrent(root),
            Span(root, "label_delay", Timestamp.Day * 7), Span(root, "lateness", Timestamp.Day), content);
    }

    private static Feature ReadFeature(JsonElement element, int index)
    {
        var where = $" of feature {index + 1}";
        if (element.ValueKind != JsonValueKind.Object)
            throw new FeatureSetException($"Feature {index + 1} is not an object with name and value.");
        CheckKeys(element, FeatureKeys, where);
        var name = Text(element, "name", where);
        if (name.Length is 0 or > 64 || !char.IsAsciiLetterLower(name[0])
            || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
        {
            throw new FeatureSetException(
                $"Feature {index + 1} is named \"{name}\"; a name has up to 64 lower-case letters, digits and underscores, a letter first.");
        }

        if (Fields.TryParse(name, out _) || Reserved.Contains(name))
            throw new FeatureSetException($"Feature {index + 1} is named \"{name}\", which means something else in an expression.");
        var value = Text(element, "value", where);
        if (name == "amount" && value.Trim() != "amount")
            throw new FeatureSetException("A feature named \"amount\" is the amount of the transaction: its value is amount.");
        CheckSyntax(name, value);
        return new Feature(name, value, Get(element, "says", JsonValueKind.String, "a text", where)?.GetString() ?? "");
    }

    /// <summary>What an expression names is checked when the set is compiled; its hash needs the syntax before.</summary>
    private static void CheckSyntax(string name, string value)
    {
        try
        {
            _ = Parser.Parse(value);
        }
        catch (ExpressionException e)
        {
            throw new FeatureSetException($"Feature \"{name}\", {e.Message}", e);
        }
    }

    private static bool IncludeCurrent(JsonElement root) => root.TryGetProperty("include_current", out var value)
        && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new FeatureSetException("include_current is true or false."),
        };

    private static long Span(JsonElement root, string key, long otherwise)
    {
        if (!root.TryGetProperty(key, out var value))
            return otherwise;
        return value.ValueKind == JsonValueKind.String && Window.TryParseSpan(value.GetString()!, out var micros) && micros <= Window.Max
            ? micros
            : throw new FeatureSetException($"{key} is a span of time such as \"7d\", at most 90 days.");
    }

    private static string Text(JsonElement element, string key, string where) =>
        Get(element, key, JsonValueKind.String, "a text", where)?.GetString() ?? throw Missing(key, where);

    private static JsonElement? Get(JsonElement element, string key, JsonValueKind kind, string what, string where)
    {
        if (!element.TryGetProperty(key, out var value))
            return null;
        return value.ValueKind == kind ? value : throw new FeatureSetException($"The key \"{key}\"{where} is not {what}.");
    }

    private static void CheckKeys(JsonElement element, string[] known, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
                throw new FeatureSetException($"Unknown key \"{property.Name}\"{where}; known are {string.Join(", ", known)}.");
            if (!seen.Add(property.Name))
                throw new FeatureSetException($"The key \"{property.Name}\"{where} is there twice.");
        }
    }

    private static FeatureSetException Missing(string key, string where) => new($"The key \"{key}\"{where} is missing.");
}
