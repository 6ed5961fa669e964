using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Core.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Vigil.Training.Registry;

/// <summary>
/// What makes a model directory one of MLflow's: Python's <c>mlflow.xgboost.load_model</c> and
/// <c>mlflow.pyfunc.load_model</c> open trees, from 2.x on with XGBoost 1.7 on.
/// </summary>
internal static class MlflowFiles
{
    public const string DescriptionFile = "MLmodel";

    private const string PythonVersion = "3.11.2";
    private const string XgboostVersion = "1.7.4";
    private const string MlflowVersion = "2.17.2";

    /// <summary>MLmodel, and the environment that Python needs.</summary>
    public static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Of(Model model, int bytes, string hash, ModelCard card)
    {
        var text = new StringBuilder("flavors:\n");
        if (model is TreeEnsemble)
        {
            text.Append(string.Create(CultureInfo.InvariantCulture, $"""
                  python_function:
                    data: {ModelDirectory.ModelFileName}
                    env:
                      conda: conda.yaml
                      virtualenv: python_env.yaml
                    loader_module: mlflow.xgboost
                    python_version: {PythonVersion}
                  xgboost:
                    code: null
                    data: {ModelDirectory.ModelFileName}
                    model_class: xgboost.core.Booster
                    model_format: json
                    xgb_version: {XgboostVersion}
                """).ReplaceLineEndings("\n")).Append('\n');
        }

        text.Append(string.Create(CultureInfo.InvariantCulture, $"""
              vigil:
                data: {ModelDirectory.ModelFileName}
                kind: {card.Kind}
            mlflow_version: {MlflowVersion}
            model_size_bytes: {bytes}
            model_uuid: {hash[..32]}
            """).ReplaceLineEndings("\n")).Append('\n');
        if (model.FeatureNames.Count > 0)
        {
            // double, so that Python's usual float64 columns are taken as they are.
            var inputs = JsonSerializer.Serialize(model.FeatureNames.Select(name => new { type = "double", name, required = true }));
            text.Append("signature:\n  inputs: '").Append(inputs.Replace("'", "''", StringComparison.Ordinal)).Append("'\n");
            text.Append("  outputs: '[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [-1]}}]'\n  params: null\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"utc_time_created: '{card.TrainedAt:yyyy-MM-dd HH:mm:ss.ffffff}'\n");
        yield return File(DescriptionFile, text.ToString());
        if (model is not TreeEnsemble)
            yield break;
        yield return File("requirements.txt", $"mlflow>={MlflowVersion}\nxgboost>={XgboostVersion}\n");
        yield return File("python_env.yaml", $"python: {PythonVersion}\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- -r requirements.txt\n");
        yield return File(
            "conda.yaml",
            $"channels:\n- conda-forge\ndependencies:\n- python={PythonVersion}\n- pip\n- pip:\n  - mlflow>={MlflowVersion}\n  - xgboost>={XgboostVersion}\nname: mlflow-env\n");
    }

    /// <summary>The file with the model that an MLmodel names.</summary>
    /// <exception cref="RegistryException">It is no YAML, or of no flavour that Vigil serves.</exception>
    public static string ModelFileOf(ReadOnlySpan<byte> description)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Encoding.UTF8.GetString(description)));
            var flavors = yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root
                ? Child(root, "flavors") as YamlMappingNode : null;
            var ours = flavors is null ? null : Child(flavors, "xgboost") ?? Child(flavors, "vigil");
            if (ours is YamlMappingNode flavor && Child(flavor, "data") is YamlScalarNode { Value.Length: > 0 } data)
                return data.Value;
            var names = flavors is null ? "none" : string.Join(", ", flavors.Children.Keys);
            throw new RegistryException(
                $"{DescriptionFile} describes no XGBoost model (flavours: {names}). Vigil serves its own models and those logged with mlflow.xgboost.log_model.");
        }
        catch (YamlException e)
        {
            throw new RegistryException($"{DescriptionFile} is damaged: {e.Message}", e);
        }
    }

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static KeyValuePair<string, ReadOnlyMemory<byte>> File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
