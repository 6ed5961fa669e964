using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Boosting;
using Vigil.Training.Calibration;
using Vigil.Training.Comparison;
using Vigil.Training.Dataset;
using Vigil.Training.Learning;
using Vigil.Training.Registry;

namespace Vigil.Tests.Training.Comparison;

/// <summary>Versions of a model over one feature, and rows to judge them by.</summary>
internal static class TestVersions
{
    public static readonly FeatureSet Features = FeatureSetJson.Parse(
        """{"name": "one", "version": 1, "features": [{"name": "a", "value": "amount"}]}""");

    public static readonly DateTime Now = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A version; another number of rounds makes another model.</summary>
    public static RegisteredModel Make(int version, int rounds = 3, ScoreMap? map = null, HoldoutScores? holdout = null, long? lastRow = 0, Thresholds? thresholds = null)
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => (float)(i % 20))];
        byte[] labels = [.. values.Select(v => (byte)(v > 15 ? 1 : 0))];
        var model = BoostedTreesTrainer.Train(new FeatureMatrix(["a"], values), labels, new BoostingOptions { Rounds = rounds, MaxDepth = 2 }).Model;
        var last = lastRow is { } time ? Timestamp.ToDateTime(time) : (DateTime?)null;
        var card = new ModelCard(
            ModelKind.Trees, Features.Name, Features.Version, Features.Hash, "", thresholds ?? new Thresholds(0.5, 2), Now, last, last, 200, 40,
            new Dictionary<string, double>(), new Dictionary<string, string>());
        var history = new LabelledHistory(Features.Names);
        foreach (var value in values)
            history.Add(0, [value], value > 15);
        return new TrainedModel(model, card)
        {
            Calibration = map is null ? FittedCalibration.Nothing : new FittedCalibration(CalibrationMethod.Isotonic, map, 1, 1, new Dictionary<CalibrationMethod, double>()),
            Reference = References.Of(history, [0.1f, 0.2f, 0.6f], 1),
            Holdout = holdout,
        }.ToDirectory(Features, history).Open(version);
    }

    /// <summary>A tenth of the rows are fraud; each model's score says how well it can tell.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="skill">Of each model: what a fraud's score is higher by.</param>
    /// <param name="levels">Of each model: what scores are multiplied with, which changes no order.</param>
    public static JudgedRows Rows(int rows, float[] skill, float[]? levels = null)
    {
        var random = new Random(5);
        var judged = new JudgedRows(skill.Length);
        var scores = new (float, float)[skill.Length];
        for (var i = 0; i < rows; i++)
        {
            var (fraud, chance) = (i % 10 == 0, (float)random.NextDouble());
            for (var m = 0; m < skill.Length; m++)
            {
                var score = (0.05f + 0.4f * chance + (fraud ? skill[m] : 0)) * (levels?[m] ?? 1);
                scores[m] = (score, score);
                judged.Sample(m, [i % 20]);
            }

            judged.Add(i * Timestamp.Day / 100, 10_000 * (1 + i % 50), fraud, scores);
        }

        return judged;
    }
}
