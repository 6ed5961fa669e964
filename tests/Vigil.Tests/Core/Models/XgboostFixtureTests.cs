using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

/// <summary>Against what XGBoost 1.7.4 itself answered, missing values included.</summary>
public sealed class XgboostFixtureTests
{
    [Theory]
    [InlineData("depth6", "model.json")]
    [InlineData("depth6", "model.ubj")]
    [InlineData("shallow_weighted", "model.json")]
    [InlineData("shallow_weighted", "model.ubj")]
    public void Margins_probabilities_and_contributions_are_those_of_XGBoost(string name, string file)
    {
        var folder = Shared.PathOrSkip($"fixtures/xgboost/{name}");
        var model = XgboostJson.Read(File.ReadAllBytes(Path.Combine(folder, file)));
        var contributions = new float[model.FeatureCount];
        var rows = Csv(Path.Combine(folder, "rows.csv"));
        var expected = Csv(Path.Combine(folder, "expected.csv"));
        rows.Count.ShouldBe(expected.Count);
        rows.ShouldContain(r => r.Any(float.IsNaN), "the fixture has missing values");
        for (var i = 0; i < rows.Count; i++)
        {
            model.Margin(rows[i]).ShouldBe(expected[i][0], 1e-5f);
            model.Score(rows[i]).ShouldBe(expected[i][1], 1e-6f);
            model.Contributions(rows[i], contributions);
            float[] all = [.. contributions, model.ExpectedMargin];
            for (var f = 0; f < all.Length; f++)
                all[f].ShouldBe(expected[i][2 + f], 1e-4f);
        }
    }

    [Theory]
    [InlineData("depth6")]
    [InlineData("shallow_weighted")]
    public void A_model_written_and_read_again_has_the_same_margins_bit_for_bit(string name)
    {
        var folder = Shared.PathOrSkip($"fixtures/xgboost/{name}");
        var model = XgboostJson.Read(File.ReadAllBytes(Path.Combine(folder, "model.json")));
        var output = new ArrayBufferWriter<byte>();
        XgboostJson.Write(model, output);
        var again = XgboostJson.Read(output.WrittenSpan);
        again.FeatureNames.ShouldBe(model.FeatureNames);
        again.Attributes.ShouldBe(model.Attributes);
        again.Nodes.Cover.SequenceEqual(model.Nodes.Cover).ShouldBeTrue();
        foreach (var row in Csv(Path.Combine(folder, "rows.csv")))
            again.Margin(row).ShouldBe(model.Margin(row));
    }

    /// <summary>Ways in which other writers spell the same model; XGBoost 1.7 itself refuses some of them.</summary>
    [Theory]
    [InlineData("xgb1.7")]
    [InlineData("xgb3.0")]
    public void Every_spelling_of_a_model_that_still_says_all_is_read(string version)
    {
        var root = Shared.PathOrSkip($"fixtures/mlflow/models/handmade/{version}");
        var read = new List<string>();
        foreach (var folder in Directory.GetDirectories(root).Order())
        {
            var name = Path.GetFileName(folder);
            var bytes = File.ReadAllBytes(Path.Combine(folder, "model.json"));
            if (name == "nodes-default-left-missing")
            {
                Should.Throw<ModelFormatException>(() => XgboostJson.Read(bytes)).Path.ShouldBe("learner.gradient_booster.model.trees[0].default_left");
                continue;
            }

            var model = XgboostJson.Read(bytes);
            read.Add(name);
            if (name is "all-int-cond" or "int-thresholds" or "plain-int-in-float-array")
                continue; // other thresholds
            model.Margin([100f, 0f, 0f]).ShouldBe(-0.5f, name);
            model.Margin([175f, 0f, 1f]).ShouldBe(0.4f, 1e-6f, name);
            model.Margin([float.NaN, 0f, 1f]).ShouldBe(-0.5f, name);
        }

        read.Count.ShouldBeGreaterThanOrEqualTo(20);
    }

    [Theory]
    [InlineData("saved-2.17-xgb1.7/booster-json")]
    [InlineData("saved-2.17-xgb1.7/sklearn-json")]
    [InlineData("saved-3.11-xgb3.0/booster-json")]
    [InlineData("saved-3.11-xgb3.0/sklearn-json")]
    [InlineData("saved-2.17-xgb1.7/booster-ubj")]
    [InlineData("saved-3.11-xgb3.0/booster-ubj")]
    [InlineData("saved-3.11-xgb3.0/booster-xgb")]
    public void A_model_that_MLflow_saved_predicts_what_it_did_there(string folder)
    {
        var path = Shared.PathOrSkip($"fixtures/mlflow/models/{folder}");
        var model = ModelFile.Read(File.ReadAllBytes(Directory.GetFiles(path, "model.*").Single()));
        using var x = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "..", "X.json")));
        using var answers = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "..", "expected.json")));
        var rows = x.RootElement.GetProperty("data").EnumerateArray().Select(Numbers).ToList();
        var expected = Numbers(answers.RootElement);
        rows.Count.ShouldBe(expected.Length);
        for (var i = 0; i < rows.Count; i++)
            model.Score(rows[i]).ShouldBe(expected[i], 1e-6f, $"row {i}");
    }

    [Fact]
    public void The_legacy_binary_is_refused_with_advice()
    {
        var path = Shared.PathOrSkip("fixtures/mlflow/models/saved-2.17-xgb1.7/booster-xgb/model.xgb");
        var error = Should.Throw<ModelFormatException>(() => ModelFile.Read(File.ReadAllBytes(path)));
        error.Message.ShouldContain("legacy binary format");
        error.Message.ShouldContain(".json or .ubj");
    }

    private static float[] Numbers(JsonElement values) =>
        [.. values.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? float.NaN : v.GetSingle())];

    private static List<float[]> Csv(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')
            .Select(v => v.Length == 0 ? float.NaN : float.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
}
