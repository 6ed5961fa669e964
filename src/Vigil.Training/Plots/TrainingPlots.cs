using System.Globalization;
using Vigil.Training.Comparison;
using Vigil.Training.Evaluation;

namespace Vigil.Training.Plots;

/// <summary>
/// What a model is like on days that it has not seen, drawn: ROC, precision and recall, calibration, gain; each from the same
/// labelled rows that its metrics are measured on.
/// </summary>
internal static class TrainingPlots
{
    private const string Folder = "plots/";
    private const double LeastShare = 1e-4;

    /// <summary>Draws.</summary>
    /// <param name="scores">Shape (n).</param>
    /// <param name="heldOut">Shape (n): the same rows' scores, calibrated by others; what the calibration is measured on.</param>
    /// <param name="labels">Shape (n): whether each is fraud; both kinds among them.</param>
    /// <param name="weights">Shape (n): how many rows each stands for; empty for 1.</param>
    /// <returns>The files by path.</returns>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Of(float[] scores, float[] heldOut, bool[] labels, float[] weights)
    {
        var curve = RocCurve.Of(scores, labels, weights);
        var (frauds, genuine) = (curve.Points[^1].Frauds, curve.Points[^1].Genuine);
        var rows = Text($"{scores.Length:N0} labelled payments of the newest days, which had not taught the model, {labels.Count(l => l):N0} of them fraud.");
        return new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            [Folder + "roc.svg"] = Roc(curve, frauds, genuine, rows),
            [Folder + "precision_recall.svg"] = PrecisionRecall(curve, frauds, genuine, rows),
            [Folder + "calibration.svg"] = Calibration(heldOut, labels, weights, rows),
            [Folder + "gain.svg"] = Gain(curve, frauds, genuine, rows),
        };
    }

    private static byte[] Roc(RocCurve curve, double frauds, double genuine, string rows)
    {
        var plot = new SvgPlot(
            Text($"ROC: area {curve.Area:0.0000}"), Text($"Share of frauds that are flagged against the share of other payments that are, over all thresholds; the area under the curve is {curve.Area:0.0000}. {rows}"),
            Axis.Share("other payments flagged, share of all others"), Axis.Share("frauds flagged, share of all frauds"));
        plot.Line("chance", [(0, 0), (1, 1)], dashed: true);
        plot.Line("curve", curve.Points.Select(p => (p.Genuine / genuine, p.Frauds / frauds)));
        return plot.ToBytes();
    }

    private static byte[] PrecisionRecall(RocCurve curve, double frauds, double genuine, string rows)
    {
        var plot = new SvgPlot(
            Text($"Precision and recall: average precision {curve.AveragePrecision:0.0000}"),
            Text($"Share of frauds among the flagged against the share of frauds that are flagged, over all thresholds; average precision is {curve.AveragePrecision:0.0000}. {rows}"),
            Axis.Share("recall: frauds flagged, share of all frauds"), Axis.Share("precision: frauds, share of the flagged"));
        plot.Line("share of frauds among all", [(0, frauds / (frauds + genuine)), (1, frauds / (frauds + genuine))], dashed: true);
        plot.Line("curve", Steps(curve, frauds));
        return plot.ToBytes();
    }

    /// <summary>Each threshold's precision holds from the recall before it to its own, as average precision counts it.</summary>
    private static IEnumerable<(double X, double Y)> Steps(RocCurve curve, double frauds)
    {
        var recall = 0.0;
        foreach (var point in curve.Points.Skip(1))
        {
            yield return (recall, point.Precision);
            recall = point.Frauds / frauds;
            yield return (recall, point.Precision);
        }
    }

    private static byte[] Calibration(float[] scores, bool[] labels, float[] weights, string rows)
    {
        var error = ProbabilityMetrics.ExpectedCalibrationError(scores, labels, weights: weights);
        var bins = ProbabilityMetrics.Reliability(scores, labels, weights: weights);
        var plot = new SvgPlot(
            Text($"Calibration: error {error:0.00000}"),
            Text($"Share of frauds in bins of equally many payments, against the probability that the model gave them; on the diagonal it keeps what it promises. The expected calibration error is {error:0.00000}. {rows}"),
            new Axis("probability that the model gave (logarithmic)", LeastShare, 1, true), new Axis("frauds, share of the payments (logarithmic)", LeastShare, 1, true));
        plot.Line("as promised", [(LeastShare, LeastShare), (1, 1)], dashed: true);
        foreach (var bin in bins)
        {
            var range = Interval.Wilson(bin.FraudShare, bin.Rows);
            plot.Point(bin.MeanScore, bin.FraudShare, range.Low, range.High, Text($"{bin.Rows} payments: promised {bin.MeanScore:0.000000}, frauds {bin.FraudShare:0.000000}"));
        }

        return plot.ToBytes();
    }

    private static byte[] Gain(RocCurve curve, double frauds, double genuine, string rows)
    {
        var all = frauds + genuine;
        var atOne = curve.Points.Last(p => p.Frauds + p.Genuine <= all / 100).Frauds / frauds;
        var plot = new SvgPlot(
            Text($"Gain: {atOne:0.0%} of frauds in 1% of payments"),
            Text($"Share of frauds found by reviewing the payments with the highest scores, against the share that is reviewed: 1% of payments hold {atOne:0.0%} of the frauds. {rows}"),
            new Axis("payments reviewed, share of all (logarithmic)", LeastShare, 1, true), Axis.Share("frauds found, share of all frauds"));
        plot.Line("chance", Enumerable.Range(0, 81).Select(i => Math.Pow(10, -4 + i / 20.0)).Select(share => (share, share)), dashed: true);
        plot.Line("curve", curve.Points.Skip(1).Select(p => ((p.Frauds + p.Genuine) / all, p.Frauds / frauds)));
        return plot.ToBytes();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
