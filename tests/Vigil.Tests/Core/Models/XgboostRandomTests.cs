using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

/// <summary>
/// Random models and what XGBoost 1.7.4 answered, recorded by <c>xgboost_cases.py record</c>: of depth 1 to 8, with missing
/// values and default directions, several base scores, ways to train, forests, and DART. Needs no XGBoost here.
/// </summary>
public sealed class XgboostRandomTests
{
    [Fact]
    public void Margins_and_contributions_of_random_models_are_those_that_XGBoost_gave()
    {
        var cases = Cases();
        cases.Select(c => c.Depth).Distinct().Order().ShouldBe(Enumerable.Range(1, 8));
        cases.Select(c => c.Booster).Distinct().Order(StringComparer.Ordinal).ShouldBe(["dart", "gbtree"]);
        cases.Select(c => c.Base_score).Distinct().Count().ShouldBeGreaterThan(2);
        for (var number = 0; number < cases.Length; number++)
        {
            var recorded = cases[number];
            var model = (TreeEnsemble)ModelFile.Read(Encoding.UTF8.GetBytes(recorded.Model));
            var contributions = new float[model.FeatureCount];
            for (var i = 0; i < recorded.Rows.Length; i++)
            {
                float[] row = [.. recorded.Rows[i].Select(v => v ?? float.NaN)];
                var said = $"case {number} (depth {recorded.Depth}, {recorded.Booster}), row {i}";
                model.Margin(row).ShouldBe(recorded.Margins[i], 1e-5f, said);
                model.Contributions(row, contributions);
                float[] all = [.. contributions, model.ExpectedMargin];
                for (var f = 0; f < all.Length; f++)
                    all[f].ShouldBe(recorded.Contributions[i][f], 1e-4f, $"{said}, feature {f}");
            }
        }
    }

    private static Case[] Cases([CallerFilePath] string here = "")
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(Path.GetDirectoryName(here)!, "xgboost_random.json.gz")), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Recorded>(file, JsonSerializerOptions.Web)!.Cases;
    }

    private sealed record Recorded(Case[] Cases);

    private sealed record Case(int Depth, string Booster, float Base_score, string Model, float?[][] Rows, float[] Margins, float[][] Contributions);
}
