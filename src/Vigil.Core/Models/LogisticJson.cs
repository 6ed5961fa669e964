using System.Buffers;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// Vigil's document of a logistic regression: <c>format</c> "vigil-logistic", <c>version</c> 1, <c>num_feature</c>,
/// <c>feature_names</c>, <c>attributes</c>, <c>bias</c>, <c>means</c>, <c>scales</c>, <c>weights</c>.
/// </summary>
public static class LogisticJson
{
    public const string Format = "vigil-logistic";
    public const int Version = 1;

    /// <exception cref="ModelFormatException">The document is damaged or of another format or version.</exception>
    public static LogisticModel Read(ReadOnlySpan<byte> utf8)
    {
        var cursor = new JsonCursor(utf8);
        cursor.Advance();
        var header = new ModelHeader();
        double? bias = null;
        double[]? means = null, scales = null, weights = null;
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            switch (name)
            {
                case "bias":
                    bias = cursor.Number();
                    break;
                case "means":
                    means = cursor.Doubles();
                    break;
                case "scales":
                    scales = cursor.Doubles();
                    break;
                case "weights":
                    weights = cursor.Doubles();
                    break;
                default:
                    if (!header.TryRead(ref cursor, name))
                        cursor.Skip();
                    break;
            }
        }

        cursor.ExpectEnd();
        header.Check(Format, Version);
        var model = new LogisticModel(
            means ?? throw Missing("means"),
            scales ?? throw Missing("scales"),
            weights ?? throw Missing("weights"),
            bias ?? throw Missing("bias"),
            header.FeatureNames,
            header.Attributes);
        return model.FeatureCount == header.FeatureCount
            ? model
            : throw new ModelFormatException("num_feature", $"says {header.FeatureCount}, there are {model.FeatureCount} weights.");
    }

    public static void Write(LogisticModel model, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        ModelHeader.Write(json, Format, Version, model);
        json.WriteNumber("bias", model.Bias);
        WriteDoubles(json, "means", model.Means);
        WriteDoubles(json, "scales", model.Scales);
        WriteDoubles(json, "weights", model.Weights);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteDoubles(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static ModelFormatException Missing(string field) => new(field, "missing.");
}
