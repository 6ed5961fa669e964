using System.Diagnostics.Metrics;
using Vigil.Training.Drift;

namespace Vigil.Cli.Host;

/// <summary>The last look at drift, for whoever scrapes it.</summary>
internal sealed class DriftMetrics : IDisposable
{
    private readonly Meter _meter = new(ModelMetrics.MeterName);
    private readonly Counter<long> _failures;
    private volatile Look? _last;

    public DriftMetrics()
    {
        _failures = _meter.CreateCounter<long>("vigil_drift_check_failures_total", null, "Looks for drift that failed");
        _failures.Add(0);
        Gauge("vigil_score_drift_psi", "Population stability index of the score against the model's reference", report => [new(report.Score.Psi)]);
        Gauge("vigil_feature_drift_psi", "Population stability index of a feature against the model's reference", report => Each(report, f => f.Psi));
        Gauge("vigil_drift_feature_ks", "Kolmogorov and Smirnov's distance of a feature from the model's reference", report => Each(report, f => f.Ks));
        Gauge("vigil_drift_score_ks", "Kolmogorov and Smirnov's distance of the score from the model's reference", report => One(report.Score.Ks));
        Gauge("vigil_drift_missing_share", "Share of payments that lack a feature", report => Each(report, f => f.Missing));
        Gauge("vigil_drift_missing_share_reference", "The same when the model was made", report => Each(report, f => f.MissingBefore));
        Gauge("vigil_drift_label_rate", "Share of frauds among labelled payments", report => One(report.LabelRate));
        Gauge("vigil_drift_label_rate_reference", "The same when the model was made", report => One(report.LabelRateBefore));
        Gauge("vigil_drift_labels", "Labelled payments that were looked at", report => [new(report.Labelled)]);
        Gauge("vigil_drift_rows", "Payments that were looked at", report => [new(report.Rows)]);
        Gauge("vigil_drift_limits_passed", "What passed a limit of vigil drift", report => [new(report.Alerts.Count)]);
        _meter.CreateObservableGauge<double>(
            "vigil_drift_last_check_timestamp_seconds", () => _last is { } last ? [new((last.At - DateTimeOffset.UnixEpoch).TotalSeconds)] : [],
            null, "When it was looked at last");
    }

    /// <summary>A look that found too few payments says nothing: the values are gone until the next.</summary>
    public void Tell(DriftReport report, DateTimeOffset at, bool says) => _last = new Look(says ? report : null, at);

    /// <summary>What decides now has nothing to be compared with: what was said of another model is gone.</summary>
    public void Nothing() => _last = null;

    public void Failed() => _failures.Add(1);

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> One(double? value) => value is { } number ? [new(number)] : [];

    private static IEnumerable<Measurement<double>> Each(DriftReport report, Func<ColumnDrift, double?> value) =>
        report.Features.Where(f => value(f) is { } v && double.IsFinite(v)).Select(f => new Measurement<double>(value(f)!.Value, new KeyValuePair<string, object?>("feature", f.Name)));

    private void Gauge(string name, string description, Func<DriftReport, IEnumerable<Measurement<double>>> read) =>
        _meter.CreateObservableGauge(name, () => _last?.Report is { } report ? read(report) : [], null, description);

    private sealed record Look(DriftReport? Report, DateTimeOffset At);
}
