using System.Buffers;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// Vigil's document of an isolation forest: <c>format</c> "vigil-isolation-forest", <c>version</c> 1, <c>num_feature</c>,
/// <c>feature_names</c>, <c>attributes</c>, <c>sample_size</c> and <c>trees</c>, whose fields are XGBoost's
/// (<c>split_conditions</c> of a leaf is its adjusted path length, <c>sum_hessian</c> counts training rows).
/// </summary>
public static class IsolationForestJson
{
    public const string Format = "vigil-isolation-forest";
    public const int Version = 1;

    /// <exception cref="ModelFormatException">The document is damaged or of another format or version.</exception>
    public static IsolationForest Read(ReadOnlySpan<byte> utf8)
    {
        var cursor = new JsonCursor(utf8);
        cursor.Advance();
        var header = new ModelHeader();
        int? sampleSize = null;
        TreeNodesBuilder? trees = null;
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "sample_size")
                sampleSize = cursor.Integer();
            else if (name == "trees")
                trees = XgboostJsonReader.ReadTrees(ref cursor, "trees");
            else if (!header.TryRead(ref cursor, name))
                cursor.Skip();
        }

        cursor.ExpectEnd();
        header.Check(Format, Version);
        if (trees is null)
            throw new ModelFormatException("trees", "missing.");
        return new IsolationForest(
            trees.Build(),
            header.FeatureCount,
            sampleSize ?? throw new ModelFormatException("sample_size", "missing."),
            header.FeatureNames,
            header.Attributes);
    }

    public static void Write(IsolationForest model, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        ModelHeader.Write(json, Format, Version, model);
        json.WriteNumber("sample_size", model.SampleSize);
        json.WriteStartArray("trees");
        for (var t = 0; t < model.Nodes.TreeCount; t++)
            ModelJson.WriteTree(model.Nodes, model.FeatureCount, t, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }
}
