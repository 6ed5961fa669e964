using System.Diagnostics;
using System.Text.Json;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Registry;

namespace Vigil.Training.Comparison;

/// <summary>Models beside each other, on the same rows.</summary>
/// <param name="From">Event time of the first row, UTC.</param>
/// <param name="To">Event time of the last row, UTC.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Labelled">Rows whose label is known.</param>
/// <param name="Frauds">Known frauds.</param>
/// <param name="ReviewsPerDay">The budget.</param>
/// <param name="Models">Each model, in the order asked for.</param>
/// <param name="Agreement">Share of rows of which the first two ask the same; null for one model.</param>
/// <param name="OnlyFirst">Rows that only the first of two flags.</param>
/// <param name="OnlySecond">Rows that only the second flags.</param>
/// <param name="Gain">Average precision of the first less that of the second, over the same resamples.</param>
public sealed record ModelComparison(
    DateTime? From, DateTime? To, int Rows, int Labelled, int Frauds, int ReviewsPerDay, IReadOnlyList<ModelMeasures> Models,
    double? Agreement, int? OnlyFirst, int? OnlySecond, Interval? Gain)
{
    private const int Resamples = 200;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Compares.</summary>
    /// <param name="models">The models, as the rows have them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="reviewsPerDay">The budget; null for what the first model's review threshold asks for.</param>
    /// <param name="seed">Of the resamples.</param>
    public static ModelComparison Of(IReadOnlyList<RegisteredModel> models, JudgedRows rows, int? reviewsPerDay = null, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(rows);
        var outcomes = models.Select((m, i) => rows.Scores(i).Select(s => m.Card.Thresholds.Judge(s)).ToArray()).ToList();
        var flagged = outcomes.Count == 0 ? 0 : outcomes[0].Count(o => o != Outcome.Allow);
        var budget = reviewsPerDay ?? Math.Max(1, (int)Math.Round(flagged / rows.Days));
        var labelled = rows.LabelledRows();
        bool[] truth = [.. labelled.Select(i => rows.Label(i) == true)];
        int[] days = [.. Days(rows, labelled)];
        float[] weights = [.. labelled.Select(rows.Weight)];
        var rankings = models.Select((_, i) => new WeightedRanking([.. labelled.Select(r => rows.Scores(i)[r])], truth, days, weights)).ToList();
        var resampled = Resample(rankings, labelled.Length, budget, seed);
        var measures = models.Select((m, i) => Measure(m, i, rows, labelled, truth, outcomes[i], rankings[i], resampled[i], budget)).ToList();
        int? onlyFirst = models.Count < 2 ? null : Count(outcomes, (a, b) => a != Outcome.Allow && b == Outcome.Allow);
        int? onlySecond = models.Count < 2 ? null : Count(outcomes, (a, b) => a == Outcome.Allow && b != Outcome.Allow);
        Interval? gain = models.Count < 2 || measures[0].AveragePrecision is not { } first || measures[1].AveragePrecision is not { } second ? null
            : Interval.Of(first.Value - second.Value, [.. resampled[0].Ap.Zip(resampled[1].Ap, (a, b) => a - b)]);
        return new ModelComparison(
            rows.Count == 0 ? null : Timestamp.ToDateTime(rows.Times.Min()), rows.Count == 0 ? null : Timestamp.ToDateTime(rows.Times.Max()),
            rows.Count, rows.Labelled, rows.Frauds, budget, measures,
            models.Count < 2 || rows.Count == 0 ? null : Count(outcomes, (a, b) => a == b) / (double)rows.Count, onlyFirst, onlySecond, gain);
    }

    private static int Count(List<Outcome[]> outcomes, Func<Outcome, Outcome, bool> which) => outcomes[0].Zip(outcomes[1]).Count(o => which(o.First, o.Second));

    private static IEnumerable<int> Days(JudgedRows rows, int[] labelled)
    {
        var first = labelled.Length == 0 ? 0 : labelled.Min(r => rows.Times[r]) / Timestamp.Day;
        return labelled.Select(r => (int)(rows.Times[r] / Timestamp.Day - first));
    }

    private static ModelMeasures Measure(
        RegisteredModel model, int place, JudgedRows rows, int[] labelled, bool[] truth, Outcome[] outcomes, WeightedRanking ranking,
        (double[] Ap, double[] Precision, double[] Recall) resampled, int budget)
    {
        var known = rows.Frauds > 0;
        byte[] once = [.. labelled.Select(_ => (byte)1)];
        var (precision, recall) = ranking.AtBudget(once, budget);
        float[] heldOut = [.. labelled.Select(r => rows.HeldOut(place)[r])];
        // An isolation forest's score says how unusual a payment is, not how probable fraud.
        var isProbability = model.Model.Kind != ModelKind.IsolationForest && labelled.Length > 0;
        var flagged = Sum(r => outcomes[r] != Outcome.Allow);
        var caught = Sum(r => outcomes[r] != Outcome.Allow && rows.Label(r) == true);
        float[] weights = [.. labelled.Select(rows.Weight)];
        if (Array.TrueForAll(weights, w => w == 1))
            weights = [];
        return new ModelMeasures(
            model.Version,
            known ? Interval.Of(ranking.AveragePrecision(once), resampled.Ap) : null,
            known ? Interval.Of(precision, resampled.Precision) : null,
            known ? Interval.Of(recall, resampled.Recall) : null,
            known && rows.Frauds < labelled.Length ? RankingMetrics.RocAuc([.. labelled.Select(r => rows.Scores(place)[r])], truth, weights) : null,
            isProbability ? ProbabilityMetrics.Brier(heldOut, truth, weights) : null,
            isProbability ? ProbabilityMetrics.ExpectedCalibrationError(heldOut, truth, weights: weights) : null,
            Share(outcomes, o => o != Outcome.Allow), Share(outcomes, o => o == Outcome.Block),
            flagged == 0 ? null : caught / flagged, known ? caught / Sum(r => rows.Label(r) == true) : null,
            MicrosecondsOf(model.Model, rows.Samples(place)));

        double Sum(Func<int, bool> which) => labelled.Where(which).Sum(r => (double)rows.Weight(r));
    }

    private static double Share(Outcome[] outcomes, Func<Outcome, bool> which) => outcomes.Length == 0 ? 0 : outcomes.Count(which) / (double)outcomes.Length;

    /// <summary>Poisson bootstrap: each row counts as often as a draw of mean 1 says, the same for every model.</summary>
    private static List<(double[] Ap, double[] Precision, double[] Recall)> Resample(List<WeightedRanking> rankings, int rows, int budget, ulong seed)
    {
        var results = rankings.Select(_ => (Ap: new double[Resamples], Precision: new double[Resamples], Recall: new double[Resamples])).ToList();
        Parallel.For(0, Resamples, sample =>
        {
            var random = new CounterRandom(seed * Resamples + (ulong)sample);
            var weights = new byte[rows];
            for (var i = 0; i < rows; i++)
                weights[i] = Poisson(random.Uniform((ulong)i));
            for (var m = 0; m < rankings.Count; m++)
            {
                results[m].Ap[sample] = rankings[m].AveragePrecision(weights);
                (results[m].Precision[sample], results[m].Recall[sample]) = rankings[m].AtBudget(weights, budget);
            }
        });
        return results;
    }

    private static byte Poisson(double uniform)
    {
        var (count, probability, sum) = ((byte)0, Math.Exp(-1), Math.Exp(-1));
        while (uniform > sum && count < 12)
            sum += probability /= ++count;
        return count;
    }

    /// <summary>Median over rounds: what else the machine does at the moment shall not decide.</summary>
    private static double? MicrosecondsOf(Model model, IReadOnlyList<float[]> samples)
    {
        const int Rounds = 9;
        if (samples.Count == 0)
            return null;
        var times = new double[Rounds];
        for (var round = -1; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var row in samples)
                model.Score(row);
            // The first round warms up.
            if (round >= 0)
                times[round] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / samples.Count;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }
}
