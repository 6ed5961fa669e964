using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Boosting;
using Vigil.Training.Calibration;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Isolation;
using Vigil.Training.Logistic;
using Vigil.Training.Reference;
using Vigil.Training.Registry;

namespace Vigil.Training.Learning;

/// <summary>
/// Makes a model of a history: measures the learner on the newest labelled days, sets the thresholds by what it saw
/// there, calibrates its scores, then fits it again on all labelled rows. Never splits at random: a fraud's neighbours in time resemble it.
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
        // Rows without a label too: a threshold's share is one of all payments.
        var newest = Enumerable.Range(0, history.Count).Where(r => history.Time(r) > holdoutStart).ToList();
        var blocks = CountBlocks(history, holdoutStart, options);
        var share = 1.0 / (blocks + 2);
        Holdout? holdout = null;
        ModelReference? reference = null;
        var thresholds = Thresholds.Never;
        var (metrics, origin) = (new Dictionary<string, double>(StringComparer.Ordinal), "nothing could be measured");
        // Of one kind alone nothing can be told from the other.
        if (early.Frauds > 0 && newest.Any(r => history.Label(r) == true) && newest.Any(r => history.Label(r) == false))
        {
            var measured = Fit(learner, history.Matrix(early.Rows), history.Labels(early.Rows), early.Weights, options,
                Report(progress, 0, share, "measuring"), cancellationToken);
            var scored = Blocks(history, labelled, holdoutStart, blocks, (rows, number) => Fit(
                learner, history.Matrix(rows.Rows), history.Labels(rows.Rows), rows.Weights, options,
                Report(progress, number * share, share, "scoring what was held out"), cancellationToken), options);
            holdout = new Holdout(
                history, [.. scored.Rows, .. newest], [.. scored.Scores, .. Score(measured, history.Matrix(newest))], scored.Rows.Count);
            reference = References.Of(history, holdout.Scores, options.ReferenceDays);
            (thresholds, origin) = Choose(holdout, reference, options);
            metrics = Measure(holdout, thresholds);
        }

        var all = Thinned(history, labelled, options);
        var model = Fit(learner, history.Matrix(all.Rows), history.Labels(all.Rows), all.Weights, options,
            Report(progress, 1 - share, share, "fitting"), cancellationToken);
        return new TrainedModel(model, Card(model.Kind, history, labelled, features, thresholds, metrics, options, now))
        {
            Calibration = holdout?.Calibration ?? FittedCalibration.Nothing,
            Reference = reference,
            Holdout = holdout?.Keep(),
            Plots = holdout?.Draw() ?? new Dictionary<string, ReadOnlyMemory<byte>>(),
            ThresholdsOrigin = origin,
        };
    }

    private static TrainedModel Unlabelled(
        LabelledHistory history, FeatureSet features, TrainingOptions options, DateTime now, CancellationToken cancellationToken)
    {
        if (history.Count < 100)
            throw new TrainingException($"{history.Count} transactions are too few for an isolation forest; 100 are the least.");
        var rows = Enumerable.Range(0, history.Count).ToList();
        var x = history.Matrix(rows);
        var model = IsolationForestTrainer.Train(x, new IsolationOptions { Seed = options.Seed }, cancellationToken);
        // Each tree has seen a few hundred rows only: scores of its own rows are nearly those of others.
        var scores = Score(model, x);
        var reference = References.Of(history, scores, options.ReferenceDays);

        // An anomaly is not yet a fraud: without a label no model blocks.
        var thresholds = options.Carried is { } carried
            ? carried.To(reference.Scores) with { Block = 2 } : new Thresholds(ThresholdChoice.ForShare(scores, options.ReviewShare), 2);
        return new TrainedModel(model, Card(
            ModelKind.IsolationForest, history, rows, features, thresholds, new Dictionary<string, double>(), options, now))
        {
            Reference = reference,
            ThresholdsOrigin = options.Carried is null ? ByShare(options) : KeptFrom(options.Carried),
        };
    }

    private static (Thresholds, string Origin) Choose(Holdout holdout, ModelReference reference, TrainingOptions options)
    {
        if (options.Carried is { } carried)
            return (carried.To(reference.Scores), KeptFrom(carried));
        var review = ThresholdChoice.ForShare(holdout.Scores, options.ReviewShare);
        var block = ThresholdChoice.ForPrecision(holdout.LabelledScores, holdout.Labels, options.BlockPrecision, holdout.LabelledWeights);
        return (
            new Thresholds(review, Math.Max(review, block)),
            string.Create(CultureInfo.InvariantCulture, $"{ByShare(options)}; blocks where {options.BlockPrecision:P0} of the newest labelled payments were fraud"));
    }

    private static string ByShare(TrainingOptions options) => string.Create(CultureInfo.InvariantCulture, $"{options.ReviewShare:P2} of payments are reviewed");

    private static string KeptFrom(CarriedThresholds carried) => $"the shares of payments that the thresholds of {carried.From} let through";

    /// <summary>Blocks before the newest days, each as long, that have enough history before them for windows to be full.</summary>
    private static int CountBlocks(LabelledHistory history, long holdoutStart, TrainingOptions options)
    {
        var first = Enumerable.Range(0, history.Count).Min(history.Time) + options.ReferenceDays * Timestamp.Day;
        var room = (holdoutStart - first) / (options.HoldoutDays * Timestamp.Day);
        var wanted = (options.ReferenceDays + options.HoldoutDays - 1) / options.HoldoutDays - 1;
        return options.FitsReference ? (int)Math.Clamp(room, 0, wanted) : 0;
    }

    /// <summary>
    /// Scores of the days before the newest, block by block, each by a model that learned from all rows but the block's. It
    /// has seen nearly what the model that is served has seen, so it spreads its scores nearly as that does: of a new fraud
    /// the model that measures has seen too little for that.
    /// </summary>
    private static (List<int> Rows, List<float> Scores) Blocks(
        LabelledHistory history, List<int> labelled, long holdoutStart, int blocks,
        Func<(List<int> Rows, float[] Weights, int Frauds), int, Model> fit, TrainingOptions options)
    {
        var (rows, scores) = (new List<int>(), new List<float>());
        for (var block = blocks; block >= 1; block--)
        {
            var (from, to) = (holdoutStart - block * options.HoldoutDays * Timestamp.Day, holdoutStart - (block - 1) * options.HoldoutDays * Timestamp.Day);
            var others = Thinned(history, labelled.Where(r => history.Time(r) <= from || history.Time(r) > to), options);
            var own = Enumerable.Range(0, history.Count).Where(r => history.Time(r) > from && history.Time(r) <= to).ToList();
            if (others.Frauds == 0 || own.Count == 0)
                continue;
            rows.AddRange(own);
            scores.AddRange(Score(fit(others, 1 + blocks - block), history.Matrix(own)));
        }

        return (rows, scores);
    }

    private static float[] Score(Model model, FeatureMatrix x)
    {
        var scores = new float[x.RowCount];
        model.Score(x.Values, scores);
        return scores;
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

        var weights = kept.Select(r => history.Weight(r) * (history.Label(r) == true ? 1f : (float)(1 / options.LegitimateShare))).ToArray();
        return (kept, weights, kept.Count(r => history.Label(r) == true));
    }

    private static Dictionary<string, double> Measure(Holdout holdout, Thresholds thresholds)
    {
        var scores = holdout.LabelledScores;
        var truth = Array.ConvertAll(holdout.Labels, l => l == 1);
        var weights = holdout.LabelledWeights;
        double Sum(Func<int, bool> which) => Enumerable.Range(0, scores.Length).Where(which).Sum(i => weights.Length == 0 ? 1.0 : weights[i]);
        var flagged = Sum(i => scores[i] >= thresholds.Review);
        var caught = Sum(i => scores[i] >= thresholds.Review && truth[i]);
        return new Dictionary<string, double>(holdout.CalibrationMetrics(), StringComparer.Ordinal)
        {
            ["holdout_rows"] = scores.Length,
            ["holdout_frauds"] = truth.Count(t => t),
            ["roc_auc"] = RankingMetrics.RocAuc(scores, truth, weights),
            ["average_precision"] = RankingMetrics.AveragePrecision(scores, truth, weights),
            ["review_precision"] = flagged == 0 ? 0 : caught / flagged,
            ["review_recall"] = caught / Sum(i => truth[i]),
            ["review_share"] = holdout.NewestScores.ToArray().Count(s => s >= thresholds.Review) / (double)holdout.NewestScores.Length,
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

    private static Progress? Report(IProgress<(double, string)>? progress, double from, double share, string step) =>
        progress is null ? null : new Progress(progress, from, share, step);

    private sealed class Progress(IProgress<(double, string)> outer, double from, double share, string step) : IProgress<BoostingProgress>
    {
        public void Report(BoostingProgress value) =>
            outer.Report((from + share * value.Round / Math.Max(1, value.Rounds), step));
    }
}
