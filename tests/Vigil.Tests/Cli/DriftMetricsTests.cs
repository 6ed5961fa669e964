using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Vigil.Cli.Host;
using Vigil.Tests.Cli.Observe;
using Vigil.Training.Drift;
using Vigil.Training.Reference;

namespace Vigil.Tests.Cli;

public sealed class DriftMetricsTests
{
    [Fact]
    public void What_the_alerts_on_drift_ask_for_is_told_after_a_look()
    {
        var asked = Regex.Matches(Shipped.Text("deploy/prometheus/prometheus_alerts.yml"), @"\b(vigil_\w*drift\w*)").Select(m => m.Value).Distinct().ToList();
        asked.Count.ShouldBe(4);
        using var metrics = new DriftMetrics();
        Read().Keys.ShouldNotContain("vigil_score_drift_psi");
        metrics.Tell(Report(), DateTimeOffset.UnixEpoch.AddSeconds(7), says: true);
        var told = Read();
        asked.ShouldBeSubsetOf(told.Keys);
        told["vigil_score_drift_psi"].ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0.25);
        told["vigil_feature_drift_psi"].ShouldContain(m => m.Feature == "a" && m.Value > 0.25);
        told["vigil_drift_label_rate"].ShouldHaveSingleItem().Value.ShouldBe(0.1);
        told["vigil_drift_last_check_timestamp_seconds"].ShouldHaveSingleItem().Value.ShouldBe(7);

        metrics.Tell(Report(), DateTimeOffset.UnixEpoch, says: false);
        Read().Keys.ShouldNotContain("vigil_score_drift_psi");

        metrics.Tell(Report(), DateTimeOffset.UnixEpoch, says: true);
        metrics.Nothing();
        Read().Keys.ShouldNotContain("vigil_score_drift_psi", "of a model that decides no more");
    }

    private static Dictionary<string, List<(string? Feature, double Value)>> Read()
    {
        var told = new Dictionary<string, List<(string?, double)>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ModelMetrics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            var feature = tags.ToArray().FirstOrDefault(t => t.Key == "feature").Value as string;
            if (!told.TryGetValue(instrument.Name, out var list))
                told[instrument.Name] = list = [];
            list.Add((feature, value));
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return told;
    }

    private static DriftReport Report()
    {
        var day = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        float[] scores = [.. Enumerable.Range(0, 1_000).Select(i => i / 1_000f)];
        var monitor = new DriftMonitor(new ModelReference(
            day, day.AddDays(28), 1_000, 0.01, ScoreDistribution.Of(scores), ColumnReference.Of("score", [.. scores]),
            [ColumnReference.Of("a", [.. scores])]));
        for (var i = 0; i < 2_000; i++)
            monitor.Add(i, [5f], 0.99f, i % 10 == 0);
        return monitor.Report(new DriftLimits());
    }
}
