using Vigil.Training.Drift;
using Vigil.Training.Reference;

namespace Vigil.Tests.Training.Drift;

public sealed class DriftTests
{
    [Fact]
    public void The_stability_index_is_its_sum_over_bins()
    {
        // 0.25 to 0.5, twice 0.25, and 0.25 to 0: with half a row added to each bin of 4,000 rows.
        double P(double count) => (count + 0.5) / 4002;
        var expected = (P(2000) - P(1000)) * Math.Log(P(2000) / P(1000)) + (P(0) - P(1000)) * Math.Log(P(0) / P(1000));
        DriftStatistics.StabilityIndex([0.25, 0.25, 0.25, 0.25], 4000, [2000, 1000, 1000, 0]).ShouldBe(expected, 1e-12);
        DriftStatistics.StabilityIndex([0.25, 0.25, 0.25, 0.25], 4000, [1000, 1000, 1000, 1000]).ShouldBe(0, 1e-15);
        DriftStatistics.StabilityIndex([0.5, 0.5], 4000, [0, 0]).ShouldBe(double.NaN);
    }

    [Fact]
    public void The_distance_of_two_samples_is_scipys_and_so_is_its_probability()
    {
        // scipy.stats.ks_2samp(a, b, mode='asymp'): 0.2727; scipy.stats.kstwobign.sf(d * sqrt(nm / (n + m)))
        float[] a = [1, 2, 2, 3, 4, 5, 6, 7, 8, 9];
        var tally = new ColumnTally(ColumnReference.Of("x", [1, 1, 2, 2, 2, 3, 3, 4, 10, 12, 13]));
        foreach (var value in a)
            tally.Add(value);
        tally.Drift(11).Ks.ShouldNotBeNull().ShouldBe(0.2727272727272727, 1e-12);
        DriftStatistics.KolmogorovProbability(0.1, 200, 300).ShouldBe(0.18130044993812258, 1e-12);
        DriftStatistics.KolmogorovProbability(0.05, 1000, 5000).ShouldBe(0.031007591643048317, 1e-12);
        DriftStatistics.KolmogorovProbability(0.3, 50, 40).ShouldBe(0.03663105270711935, 1e-12);
        DriftStatistics.KolmogorovProbability(0.02, 1000, 5000).ShouldBe(0.8927783372501086, 1e-12);
        DriftStatistics.KolmogorovProbability(0, 10, 10).ShouldBe(1);
    }

    [Fact]
    public void Bins_give_the_distance_of_all_values_to_within_a_bins_share()
    {
        var random = new Random(6);
        var before = Enumerable.Range(0, 5_000).Select(_ => (float)Normal(random)).ToArray();
        var now = Enumerable.Range(0, 3_000).Select(_ => (float)(0.3 + 1.2 * Normal(random))).ToArray();
        var exact = Exact(before, now);
        var tally = new ColumnTally(ColumnReference.Of("x", [.. before]));
        foreach (var value in now)
            tally.Add(value);
        tally.Drift(before.Length).Ks.ShouldNotBeNull().ShouldBeInRange(exact - 0.02, exact + 1e-12);
    }

    [Fact]
    public void A_sample_of_the_same_distribution_does_not_drift()
    {
        var random = new Random(7);
        var reference = ColumnReference.Of("x", [.. Enumerable.Range(0, 20_000).Select(_ => Value(random))]);
        var tally = new ColumnTally(reference);
        for (var i = 0; i < 5_000; i++)
            tally.Add(Value(random));
        var drift = tally.Drift(20_000);
        drift.Psi.ShouldBeLessThan(0.02);
        drift.KsProbability.ShouldNotBeNull().ShouldBeGreaterThan(0.01);
        drift.Missing.ShouldBe(0.2, 0.03);

        static float Value(Random random) => random.Next(5) == 0 ? float.NaN : (float)Normal(random);
    }

    [Fact]
    public void Values_that_were_never_seen_show_though_they_are_few()
    {
        // 3% of rows have a count that the reference never had: tenths alone would hardly notice.
        var reference = ColumnReference.Of("count", [.. Enumerable.Range(0, 10_000).Select(i => (float)(i % 4))]);
        var tally = new ColumnTally(reference);
        for (var i = 0; i < 10_000; i++)
            tally.Add(i % 100 < 3 ? 25 : i % 4);
        tally.Drift(10_000).Psi.ShouldBeGreaterThan(0.15);
    }

    [Fact]
    public void A_feature_that_is_missing_all_at_once_drifts()
    {
        var tally = new ColumnTally(ColumnReference.Of("x", [.. Enumerable.Range(0, 5_000).Select(i => (float)i)]));
        for (var i = 0; i < 5_000; i++)
            tally.Add(float.NaN);
        var drift = tally.Drift(5_000);
        drift.Psi.ShouldBeGreaterThan(5);
        drift.Missing.ShouldBe(1);
        drift.Ks.ShouldBeNull();
    }

    [Fact]
    public void A_feature_that_never_was_there_is_described_and_compared()
    {
        var reference = ColumnReference.Of("x", [float.NaN, float.NaN]);
        reference.Missing.ShouldBe(1);
        var tally = new ColumnTally(reference);
        tally.Add(float.NaN);
        tally.Drift(2).Psi.ShouldBeLessThan(0.2);
    }

    [Fact]
    public void A_report_names_what_passed_a_limit_and_nothing_where_rows_are_few()
    {
        var monitor = new DriftMonitor(Reference());
        for (var i = 0; i < 2_000; i++)
            monitor.Add(i, [i % 10, i % 3 == 0 ? float.NaN : i % 7], 0.9f, i % 20 == 0);
        var report = monitor.Report(new DriftLimits());
        report.Drifted.ShouldBeTrue();
        report.Alerts.ShouldContain(a => a.StartsWith("the score's", StringComparison.Ordinal));
        report.Alerts.ShouldContain(a => a.StartsWith("b is missing in 33", StringComparison.Ordinal));
        report.Alerts.ShouldContain(a => a.StartsWith("5.00", StringComparison.Ordinal));
        report.Alerts.ShouldNotContain(a => a.StartsWith("a:", StringComparison.Ordinal));
        report.LabelRate.ShouldBe(0.05);
        monitor.Report(new DriftLimits { MinRows = 2_001 }).Drifted.ShouldBeFalse();
        Should.Throw<ArgumentException>(() => monitor.Add(0, [1f], 0, null));
    }

    [Fact]
    public void A_reference_reads_back_as_it_was_written()
    {
        var reference = Reference();
        var read = ModelReference.FromJson(reference.ToJson());
        read.ToJson().ShouldBe(reference.ToJson());
        read.Scores.ScoreOf(0.1).ShouldBe(reference.Scores.ScoreOf(0.1));
        var broken = System.Text.Encoding.UTF8.GetString(reference.ToJson()).Replace("\"rows\":1000,\"scores\":[", "\"rows\":1000,\"scores\":[0,", StringComparison.Ordinal);
        Should.Throw<System.Text.Json.JsonException>(() => ModelReference.FromJson(System.Text.Encoding.UTF8.GetBytes(broken)));
    }

    private static ModelReference Reference()
    {
        float[] scores = [.. Enumerable.Range(0, 1_000).Select(i => i / 1_000f)];
        var day = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return new ModelReference(
            day, day.AddDays(28), 7_000, 0.01, ScoreDistribution.Of(scores), ColumnReference.Of("score", [.. scores]),
            [
                ColumnReference.Of("a", [.. Enumerable.Range(0, 7_000).Select(i => (float)(i % 10))]),
                ColumnReference.Of("b", [.. Enumerable.Range(0, 7_000).Select(i => (float)(i % 7))]),
            ]);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Exact(float[] a, float[] b) => a.Concat(b).Max(x =>
        Math.Abs(a.Count(v => v <= x) / (double)a.Length - b.Count(v => v <= x) / (double)b.Length));
}
