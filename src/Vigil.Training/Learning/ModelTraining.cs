using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Isolation;
using Vigil.Training.Logistic;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>
/// Makes a model of a history: measures the learner on the newest labelled days, sets the thresholds by what it saw
/// there, then fits it again on all labelled rows. Never splits at random: a fraud's neighbours in time resemble it.
/// </summary>
public static class ModelTraining
{
    /// <summary>Trains.</summary>
    /// <param name="history">Rows of the feature set.</param>
    /// <param name="features">The set.</param>
    /// <param name="options">How.</param>
    /// <param name="now">Goes into the card, UTC.</param>
    /// <param name="progress">Share done, 0 to 1, and what is being done.</param>
    /// <exception cref="TrainingException">The history has too few rows or labels for the learner.</exception>
    public static TrainedModel Run(
        LabelledHistory history,
        FeatureSet features,
        TrainingOptions options,
        DateTime now,
        IProgress<(double Share, string Step)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var learner = options.Learner ?? (history.Frauds >= options.MinFrauds ? Learner.Trees : Learner.Isolation);
        return learner == Learner.Isolation
            ? Unlabelled(history, features, options, now, cancellationToken)
            : Labelled(history, features, learner, options, now, progress, cancellationToken);
    }

    /// <summary>Fits a learner to labelled rows.</summary>
    /// <param name="learner">Any but the isolation forest.</param>
    /// <param name="x">The rows.</param>
    /// <param name="labels">1 for fraud, 0 for not; one per row.</param>
    /// <param name="weights">One per row; empty for 1.</param>
    /// <param name="options">The seed and the boosted trees' options.</param>
    public static Model Fit(
        Learner learner, FeatureMatrix x, byte[] labels, float[] weights, TrainingOptions options,
        IProgress<BoostingProgress>? progress = null, CancellationToken cancellationToken = default) => learner switch
        {
            Learner.Trees => BoostedTreesTrainer.Train(
                x, labels, options.Boosting with { Seed = options.Seed }, weights, null, progress, cancellationToken).Model,
            Learner.Forest => BaggedTreesTrainer.Train(
                x, labels, LearnerDefaults.Bagging with { Seed = options.Seed }, weights, cancellationToken),
            Learner.Logistic => LogisticTrainer.Train(x, labels, new LogisticOptions(), weights, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(learner), learner, "takes no labels"),
        };

    private static TrainedModel Labelled(
        LabelledHistory history, FeatureSet features, Learner learner, TrainingOptions options, DateTime now,
        IProgress<(double, string)>? progress, CancellationToken cancellationToken)
    {
        var labelled = Enumerable.Range(0, history.Count).Where(r => history.Label(r) is not null).ToList();
        if (history.Frauds < 2 || labelled.Count - history.Frauds < 2)
        {
            throw new TrainingException(
                $"{history.Frauds} known frauds and {labelled.Count - history.Frauds} known legitimate transactions are too few to learn from; train an isolation forest, or load labels.");
        }

        var holdoutStart = labelled.Max(history.Time) - options.HoldoutDays * Timestamp.Day;
        var early = Thinned(history, labelled.Where(r => history.Time(r) <= holdoutStart), options);
        var holdout = labelled.Where(r => history.Time(r) > holdoutStart).ToList();
        var thresholds = Thresholds.Never;
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (early.Frauds > 0 && holdout.Any(r => history.Label(r) == true))
        {
            var measured = Fit(learner, history.Matrix(early.Rows), history.Labels(early.Rows), early.Weights, options,
                Report(progress, 0, "measuring"), cancellationToken);
            var scores = Score(measured, history.Matrix(holdout));
            var labels = history.Labels(holdout);
            thresholds = ThresholdChoice.Choose(scores, labels, options);
            metrics = Measure(scores, labels, thresholds);
        }

        var all = Thinned(history, labelled, options);
        var model = Fit(learner, history.Matrix(all.Rows), history.Labels(all.Rows), all.Weights, options,
            Report(progress, 0.5, "fitting"), cancellationToken);
        return new TrainedModel(model, Card(model.Kind, history, labelled, features, thresholds, metrics, options, now));
    }

    private static TrainedModel Unlabelled(
        LabelledHistory history, FeatureSet features, TrainingOptions options, DateTime now, CancellationToken cancellationToken)
    {
        if (history.Count < 100)
            throw new TrainingException($"{history.Count} transactions are too few for an isolation forest; 100 are the least.");
        var rows = Enumerable.Range(0, history.Count).ToList();
        var x = history.Matrix(rows);
        var model = IsolationForestTrainer.Train(x, new IsolationOptions { Seed = options.Seed }, cancellationToken);
        var scores = Score(model, x);

        // An anomaly is not yet a fraud: without a label no model blocks.
        var review = ThresholdChoice.ForShare(scores, options.ReviewShare);
        return new TrainedModel(model, Card(
            ModelKind.IsolationForest, history, rows, features, new Thresholds(review, 2),
            new Dictionary<string, double>(), options, now));
    }

    private static (List<int> Rows, float[] Weights, int Frauds) Thinned(
        LabelledHistory history, IEnumerable<int> rows, TrainingOptions options)
    {
        var kept = new List<int>();
        foreach (var row in rows)
        {
            if (history.Label(row) == true || options.LegitimateShare >= 1
                || new CounterRandom((ulong)options.Seed).Uniform((ulong)row) < options.LegitimateShare)
                kept.Add(row);
        }

        var weights = kept.Select(r => history.Label(r) == true ? 1f : (float)(1 / options.LegitimateShare)).ToArray();
        return (kept, weights, kept.Count(r => history.Label(r) == true));
    }

    private static float[] Score(Model model, FeatureMatrix x)
    {
        var scores = new float[x.RowCount];
        model.Score(x.Values, scores);
        return scores;
    }

    private static Dictionary<string, double> Measure(float[] scores, byte[] labels, Thresholds thresholds)
    {
        var truth = Array.ConvertAll(labels, l => l == 1);
        var flagged = scores.Count(s => s >= thresholds.Review);
        var caught = scores.Where((s, i) => s >= thresholds.Review && truth[i]).Count();
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["holdout_rows"] = scores.Length,
            ["holdout_frauds"] = truth.Count(t => t),
            ["roc_auc"] = RankingMetrics.RocAuc(scores, truth),
            ["average_precision"] = RankingMetrics.AveragePrecision(scores, truth),
            ["review_precision"] = flagged == 0 ? 0 : caught / (double)flagged,
            ["review_recall"] = caught / (double)truth.Count(t => t),
        };
    }

    private static ModelCard Card(
        ModelKind kind, LabelledHistory history, List<int> rows, FeatureSet features, Thresholds thresholds,
        Dictionary<string, double> metrics, TrainingOptions options, DateTime now) => new(
            kind, features.Name, features.Version, features.Hash, "", thresholds, now,
            Timestamp.ToDateTime(rows.Min(history.Time)), Timestamp.ToDateTime(rows.Max(history.Time)),
            rows.Count, history.Frauds, metrics, Describe(kind, options));

    private static Dictionary<string, string> Describe(ModelKind kind, TrainingOptions options)
    {
        var described = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["legitimate_share"] = options.LegitimateShare.ToString(CultureInfo.InvariantCulture),
            ["review_share"] = options.ReviewShare.ToString(CultureInfo.InvariantCulture),
            ["block_precision"] = options.BlockPrecision.ToString(CultureInfo.InvariantCulture),
        };
        if (kind == ModelKind.Trees)
            described["boosting"] = options.Boosting.ToString();
        return described;
    }

    private static Progress? Report(IProgress<(double, string)>? progress, double from, string step) =>
        progress is null ? null : new Progress(progress, from, step);

    private sealed class Progress(IProgress<(double, string)> outer, double from, string step) : IProgress<BoostingProgress>
    {
        public void Report(BoostingProgress value) =>
            outer.Report((from + 0.5 * value.Round / Math.Max(1, value.Rounds), step));
    }
}
