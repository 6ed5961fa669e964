using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>What Vigil's own model documents begin with.</summary>
internal sealed class ModelHeader
{
    private string? _format;
    private int? _version;
    private int? _featureCount;

    internal int FeatureCount => _featureCount ?? 0;

    internal string[] FeatureNames { get; private set; } = [];

    internal Dictionary<string, string> Attributes { get; private set; } = new(StringComparer.Ordinal);

    internal static void Write(Utf8JsonWriter json, string format, int version, Model model)
    {
        json.WriteString("format", format);
        json.WriteNumber("version", version);
        json.WriteNumber("num_feature", model.FeatureCount);
        ModelJson.WriteStrings(json, "feature_names", model.FeatureNames);
        ModelJson.WriteStringMap(json, "attributes", model.Attributes);
    }

    /// <summary>Reads the property that the cursor is at if it belongs to the header.</summary>
    internal bool TryRead(ref JsonCursor cursor, string name)
    {
        switch (name)
        {
            case "format":
                _format = cursor.String();
                return true;
            case "version":
                _version = cursor.Integer();
                return true;
            case "num_feature":
                _featureCount = cursor.Integer();
                return true;
            case "feature_names":
                FeatureNames = cursor.Strings();
                return true;
            case "attributes":
                Attributes = cursor.StringMap();
                return true;
            default:
                return false;
        }
    }

    internal void Check(string format, int version)
    {
        if (_format != format)
            throw new ModelFormatException("format", $"expected \"{format}\", found {(_format is null ? "nothing" : $"\"{_format}\"")}.");
        if (_version != version)
            throw new ModelFormatException("version", $"this Vigil reads version {version}, the document has {_version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}; read it with the Vigil that wrote it, or train again.");
        if (_featureCount is not > 0)
            throw new ModelFormatException("num_feature", "missing or not positive.");
    }
}
