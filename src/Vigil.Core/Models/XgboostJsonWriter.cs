using System.Globalization;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// Writes the document that XGBoost 1.7 writes. Its reader wants parameters as strings, a fraction or exponent in every
/// float of an array, and the statistics arrays even where they are empty of meaning.
/// </summary>
internal static class XgboostJsonWriter
{
    internal static void Write(TreeEnsemble model, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("learner");
        ModelJson.WriteStringMap(json, "attributes", model.Attributes);
        ModelJson.WriteStrings(json, "feature_names", model.FeatureNames);
        ModelJson.WriteStrings(json, "feature_types", [.. model.FeatureNames.Select(_ => "float")]);
        WriteBooster(model, json);
        ModelJson.WriteObject(json, "learner_model_param",
            ("base_score", model.BaseScore.ToString("R", CultureInfo.InvariantCulture)),
            ("boost_from_average", "1"),
            ("num_class", "0"),
            ("num_feature", ModelJson.Text(model.FeatureCount)),
            ("num_target", "1"));
        json.WriteStartObject("objective");
        json.WriteString("name", model.IsRaw ? "binary:logitraw" : "binary:logistic");
        ModelJson.WriteObject(json, "reg_loss_param", ("scale_pos_weight", "1"));
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
        ModelJson.WriteObject(json, "gbtree_model_param",
            ("num_parallel_tree", "1"),
            ("num_trees", ModelJson.Text(model.TreeCount)),
            ("size_leaf_vector", "0"));
        ModelJson.WriteIntegers(json, "tree_info", new int[model.TreeCount]);
        json.WriteStartArray("trees");
        for (var t = 0; t < model.TreeCount; t++)
            ModelJson.WriteTree(model.Nodes, model.FeatureCount, t, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("name", "gbtree");
        json.WriteEndObject();
    }
}
