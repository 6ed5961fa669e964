using System.Globalization;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>Writes trees and arrays as XGBoost writes them; Vigil's own documents use the same fields.</summary>
internal static class ModelJson
{
    // The parent of a root, as XGBoost writes it.
    private const int NoParent = int.MaxValue;

    internal static void WriteTree(TreeNodes nodes, int featureCount, int tree, Utf8JsonWriter json)
    {
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
            ("num_feature", Text(featureCount)),
            ("num_nodes", Text(left.Length)),
            ("size_leaf_vector", "0"));
        json.WriteEndObject();
    }

    internal static void WriteObject(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Key, string Value)> fields)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in fields)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    internal static void WriteIntegers(Utf8JsonWriter json, string name, ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    internal static void WriteFloats(Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
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

    internal static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    internal static void WriteStringMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
