using System.Globalization;
using Vigil.Core.Models;
using Vigil.Training.Registry;

namespace Vigil.Training.Comparison;

/// <summary>
/// Whether a model may take the place of the one in charge: better on the same later rows by a margin, its probabilities
/// and its speed not worse, and no feature missing.
/// </summary>
public static class PromotionGate
{
    /// <summary>Judges.</summary>
    /// <param name="candidate">The model.</param>
    /// <param name="champion">The one in charge; null where none is, or it cannot be used: then there is nothing to beat.</param>
    /// <param name="rows">Rows with the scores of the two, in this order; null where there are none to be had.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="featureProblem">Why its features cannot be served; null where they can.</param>
    /// <param name="now">UTC.</param>
    public static GateResult Judge(
        RegisteredModel candidate, RegisteredModel? champion, JudgedRows? rows, GateOptions options, string? featureProblem, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var checks = new List<GateCheck> { Features(candidate, rows, featureProblem) };
        ModelComparison? compared = null;
        if (champion is null)
        {
            checks.Add(new GateCheck("average_precision", true, "no model is in charge that could be worse"));
        }
        else if (champion.Hash == candidate.Hash)
        {
            checks.Add(new GateCheck("average_precision", true, $"it is the model of version {champion.Version}, with other thresholds"));
        }
        else
        {
            compared = rows is null ? null : ModelComparison.Of([candidate, champion], rows);
            if (candidate.Model.Kind != ModelKind.IsolationForest && candidate.Card.LastRow is null)
                checks.Add(new GateCheck("learned_until", false, Unknown));
            checks.AddRange(Compare(compared, options));
        }

        return new GateResult(now, champion?.Version, champion?.Hash, compared?.From, compared?.To, compared?.Rows ?? 0, compared?.Frauds ?? 0, checks);
    }

    // A model always looks good on what taught it; one that another tool made, and that says nothing, would win each time.
    private const string Unknown =
        $"it does not say until when it learned, so it may know the payments that it is judged by: tag the version {ModelDirectory.LearnedUntilTag} with the time of the last of them (2026-11-01T00:00:00Z), or promote with --force --reason";

    private static GateCheck Features(RegisteredModel candidate, JudgedRows? rows, string? problem)
    {
        if (problem is not null)
            return new GateCheck("features", false, problem);
        var samples = rows?.Samples(0) ?? [];
        var gone = new List<string>();
        for (var f = 0; f < candidate.FeatureSet.Names.Count && samples.Count >= 100; f++)
        {
            var usual = candidate.Reference?.Features[f].Missing ?? 0;
            if (usual < 0.9 && samples.All(row => float.IsNaN(row[f])))
                gone.Add(candidate.FeatureSet.Names[f]);
        }

        return gone.Count == 0
            ? new GateCheck("features", true, $"all {candidate.FeatureSet.Names.Count} of {candidate.FeatureSet.Name} {candidate.FeatureSet.Version} are there")
            : new GateCheck("features", false, $"missing in every payment: {string.Join(", ", gone)}");
    }

    private static IEnumerable<GateCheck> Compare(ModelComparison? compared, GateOptions options)
    {
        if (compared is null || compared.Frauds < options.MinFrauds || compared.Models[0].AveragePrecision is not { } own
            || compared.Models[1].AveragePrecision is not { } other)
        {
            yield return new GateCheck(
                "labels", false,
                $"{compared?.Frauds ?? 0} known frauds that neither model has learned from are too few to tell which is better ({options.MinFrauds} are the least)",
                compared?.Frauds ?? 0, null, options.MinFrauds);
            yield break;
        }

        yield return new GateCheck("labels", true, Text($"{compared.Labelled:N0} labelled payments, {compared.Frauds:N0} frauds"), compared.Frauds, null, options.MinFrauds);
        var gain = compared.Gain!.Value;
        yield return new GateCheck(
            "average_precision", gain.Value >= options.Margin,
            Text($"{own.Value:0.0000} against {other.Value:0.0000}: a gain of {gain.Value:0.0000} (95% of resamples: {gain.Low:0.0000} to {gain.High:0.0000}), {options.Margin:0.0000} is asked for"),
            own.Value, other.Value, options.Margin);
        var (mine, former) = (compared.Models[0], compared.Models[1]);
        if (former.Brier is not { } brier)
            yield return new GateCheck("calibration", true, "the model in charge gives no probabilities", mine.Brier);
        else if (mine.Brier is not { } score)
            yield return new GateCheck("calibration", false, "it gives no probabilities, the model in charge does", null, brier);
        else
        {
            yield return new GateCheck(
                "calibration", score <= brier * options.BrierFactor,
                Text($"Brier score {score:0.000000} against {brier:0.000000}; {options.BrierFactor:0.##} times as much may be"), score, brier, brier * options.BrierFactor);
        }

        if (mine.Microseconds is { } time && former.Microseconds is { } before)
        {
            var limit = Math.Max(before * options.LatencyFactor, options.LatencyFloor);
            yield return new GateCheck("latency", time <= limit, Text($"{time:0.0} µs a row against {before:0.0}; {limit:0.0} may be"), time, before, limit);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
