using System.Globalization;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// Writes the document that XGBoost 1.7 writes. Its reader wants parameters as strings, a fraction or exponent in every
/// float of an array, and the statistics arrays even where they are empty of meaning.
/// </summary>
internal static class XgboostJsonWriter
{
    // The parent of a root, as XGBoost writes it.
    private const int NoParent = int.MaxValue;

    internal static void Write(TreeEnsemble model, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("learner");
        json.WriteStartObject("attributes");
        foreach (var (key, value) in model.Attributes.OrderBy(p => p.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
        WriteStrings(json, "feature_names", model.FeatureNames);
        WriteStrings(json, "feature_types", [.. model.FeatureNames.Select(_ => "float")]);
        WriteBooster(model, json);
        WriteObject(json, "learner_model_param",
            ("base_score", model.BaseScore.ToString("R", CultureInfo.InvariantCulture)),
            ("boost_from_average", "1"),
            ("num_class", "0"),
            ("num_feature", Text(model.FeatureCount)),
            ("num_target", "1"));
        json.WriteStartObject("objective");
        json.WriteString("name", "binary:logistic");
        WriteObject(json, "reg_loss_param", ("scale_pos_weight", "1"));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("version");
        json.WriteNumberValue(1);
        json.WriteNumberValue(7);
        json.WriteNumberValue(4);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteBooster(TreeEnsemble model, Utf8JsonWriter json)
    {
        json.WriteStartObject("gradient_booster");
        json.WriteStartObject("model");
        WriteObject(json, "gbtree_model_param",
            ("num_parallel_tree", "1"),
            ("num_trees", Text(model.TreeCount)),
            ("size_leaf_vector", "0"));
        WriteIntegers(json, "tree_info", new int[model.TreeCount]);
        json.WriteStartArray("trees");
        for (var t = 0; t < model.TreeCount; t++)
            WriteTree(model, t, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("name", "gbtree");
        json.WriteEndObject();
    }

    private static void WriteTree(TreeEnsemble model, int tree, Utf8JsonWriter json)
    {
        var nodes = model.Nodes;
        var range = nodes.Offsets[tree]..nodes.Offsets[tree + 1];
        var left = nodes.Left[range];
        var right = nodes.Right[range];
        var parents = new int[left.Length];
        parents[0] = NoParent;
        for (var n = 0; n < left.Length; n++)
        {
            if (left[n] == TreeNodes.Leaf)
                continue;
            parents[left[n]] = n;
            parents[right[n]] = n;
        }

        var defaultLeft = new int[left.Length];
        for (var n = 0; n < left.Length; n++)
            defaultLeft[n] = nodes.DefaultLeft[range][n] ? 1 : 0;

        json.WriteStartObject();
        WriteFloats(json, "base_weights", nodes.Weight[range]);
        WriteIntegers(json, "categories", []);
        WriteIntegers(json, "categories_nodes", []);
        WriteIntegers(json, "categories_segments", []);
        WriteIntegers(json, "categories_sizes", []);
        WriteIntegers(json, "default_left", defaultLeft);
        json.WriteNumber("id", tree);
        WriteIntegers(json, "left_children", left);
        WriteFloats(json, "loss_changes", nodes.Gain[range]);
        WriteIntegers(json, "parents", parents);
        WriteIntegers(json, "right_children", right);
        WriteFloats(json, "split_conditions", nodes.Value[range]);
        WriteIntegers(json, "split_indices", nodes.Feature[range]);
        WriteIntegers(json, "split_type", new int[left.Length]);
        WriteFloats(json, "sum_hessian", nodes.Cover[range]);
        WriteObject(json, "tree_param",
            ("num_deleted", "0"),
            ("num_feature", Text(model.FeatureCount)),
            ("num_nodes", Text(left.Length)),
            ("size_leaf_vector", "0"));
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Key, string Value)> fields)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in fields)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteFloats(Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
    {
        Span<byte> text = stackalloc byte[40];
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
            if (!text[..length].ContainsAny((byte)'.', (byte)'E'))
            {
                ".0"u8.CopyTo(text[length..]);
                length += 2;
            }

            json.WriteRawValue(text[..length], skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
