using Vigil.Training.Calibration;
using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Calibration;

public sealed class CalibrationTests
{
    private static readonly float[] Scores =
        [0.01f, 0.02f, 0.03f, 0.05f, 0.08f, 0.1f, 0.15f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 0.95f];

    private static readonly bool[] Labels = [.. "0001000101011011".Select(c => c == '1')];

    [Fact]
    public void Beta_calibration_finds_what_scipy_finds()
    {
        // scipy.optimize.minimize (BFGS, gtol 1e-12) of the loss over a, b and c.
        var beta = BetaCalibration.Fit(new CalibrationSample(Scores, Labels));
        beta.A.ShouldBe(0.56130081, 1e-5);
        beta.B.ShouldBe(0.65448406, 1e-5);
        beta.C.ShouldBe(0.18567819, 1e-5);
    }

    [Fact]
    public void Beta_calibration_never_falls_where_the_best_fit_would()
    {
        // The more suspicious, the less fraud: no function that rises does better than a constant.
        var beta = BetaCalibration.Fit(new CalibrationSample(Scores, [.. Labels.Reverse()]));
        beta.A.ShouldBeGreaterThanOrEqualTo(0);
        beta.B.ShouldBeGreaterThanOrEqualTo(0);
        beta.Probability(0.9).ShouldBeGreaterThanOrEqualTo(beta.Probability(0.1));
    }

    [Fact]
    public void The_lines_of_beta_calibration_follow_its_curve()
    {
        var beta = new BetaCalibration(1.4, 0.8, -3);
        var map = beta.ToMap();
        for (var logit = -14.0; logit < 10; logit += 0.0137)
        {
            var score = (float)(1 / (1 + Math.Exp(-logit)));
            ((double)map.Apply(score) / beta.Probability(score)).ShouldBe(1, 2e-3);
        }
    }

    [Fact]
    public void Pooled_values_are_those_of_isotonic_regression_by_its_definition()
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var scores = Enumerable.Range(0, 60).Select(_ => MathF.Round(random.NextSingle(), 2)).ToArray();
            var labels = scores.Select(s => random.NextSingle() < s).ToArray();
            var weights = scores.Select(_ => 0.5f + random.NextSingle()).ToArray();
            var pools = IsotonicCalibration.Pool(new CalibrationSample(scores, labels, weights));
            for (var i = 1; i < pools.Count; i++)
                pools[i].Value.ShouldBeGreaterThan(pools[i - 1].Value);

            // max over i <= k of min over j >= k of the mean of i..j (Barlow et al., 1972), over distinct scores.
            var groups = scores.Select((s, i) => (Score: s, Weight: (double)weights[i], Fraud: labels[i] ? weights[i] : 0.0))
                .GroupBy(r => r.Score).OrderBy(g => g.Key).Select(g => (Weight: g.Sum(r => r.Weight), Fraud: g.Sum(r => r.Fraud))).ToArray();
            var expected = groups.Select((_, k) => Enumerable.Range(0, k + 1).Max(i =>
                Enumerable.Range(k, groups.Length - k).Min(j => Mean(groups[i..(j + 1)])))).Distinct(new Close()).ToArray();
            pools.Count.ShouldBe(expected.Length);
            for (var i = 0; i < expected.Length; i++)
                pools[i].Value.ShouldBe(expected[i], 1e-6);
        }

        static double Mean((double Weight, double Fraud)[] groups) => groups.Sum(g => g.Fraud) / groups.Sum(g => g.Weight);
    }

    [Fact]
    public void Scores_that_are_wrong_become_probabilities_on_later_rows()
    {
        var sample = Distorted(40_000, seed: 1);
        var chosen = FittedCalibration.Choose(sample);
        chosen.Method.ShouldNotBe(CalibrationMethod.None);
        chosen.HeldOutLogLoss[chosen.Method].ShouldBe(chosen.HeldOutLogLoss.Values.Min());
        var later = Distorted(40_000, seed: 2);
        var before = ProbabilityMetrics.ExpectedCalibrationError(later.Scores, later.Labels);
        var mapped = later.Scores.Select(chosen.Map!.Apply).ToArray();
        before.ShouldBeGreaterThan(0.1);
        ProbabilityMetrics.ExpectedCalibrationError(mapped, later.Labels).ShouldBeLessThan(0.012);
        ProbabilityMetrics.Brier(mapped, later.Labels).ShouldBeLessThan(ProbabilityMetrics.Brier(later.Scores, later.Labels));

        // The order stays: a threshold can still tell rows apart.
        RankingMetrics.RocAuc(mapped, later.Labels).ShouldBe(RankingMetrics.RocAuc(later.Scores, later.Labels), 1e-4);
        mapped.Distinct().Count().ShouldBeGreaterThan(later.Scores.Distinct().Count() * 9 / 10);
    }

    [Fact]
    public void Scores_that_are_probabilities_already_are_taken_as_they_are()
    {
        var random = new Random(8);
        var scores = Enumerable.Range(0, 4_000).Select(_ => random.NextSingle()).ToArray();
        var labels = scores.Select(s => random.NextSingle() < s).ToArray();
        var chosen = FittedCalibration.Choose(new CalibrationSample(scores, labels));
        var losses = chosen.HeldOutLogLoss;
        losses[CalibrationMethod.None].ShouldBe(losses.Values.Min(), 0.005);
    }

    [Fact]
    public void The_method_is_judged_on_later_rows_than_it_was_fitted_to()
    {
        // Early rows say the opposite of late ones: whatever is fitted to them loses against leaving the scores alone.
        var random = new Random(4);
        var scores = Enumerable.Range(0, 4_000).Select(_ => random.NextSingle()).ToArray();
        var labels = scores.Select((s, i) => i < 2_000 ? random.NextSingle() < 0.5 : random.NextSingle() < s).ToArray();
        FittedCalibration.Choose(new CalibrationSample(scores, labels)).Method.ShouldBe(CalibrationMethod.None);
    }

    [Fact]
    public void Rows_that_stand_for_several_count_so_often()
    {
        // One legitimate row in ten was kept: the weights bring the other nine back.
        var full = Distorted(40_000, seed: 5);
        var kept = Enumerable.Range(0, full.Count).Where(i => full.Labels[i] || i % 10 == 0).ToArray();
        float[] scores = [.. kept.Select(i => full.Scores[i])];
        bool[] labels = [.. kept.Select(i => full.Labels[i])];
        var weighted = new CalibrationSample(scores, labels, [.. labels.Select(l => l ? 1f : 10f)]);
        var base_ = full.Frauds / (double)full.Count;
        foreach (var method in new[] { CalibrationMethod.Isotonic, CalibrationMethod.Beta })
        {
            FittedCalibration.Refit(method, weighted).Map!.Mean(full.Scores).ShouldBe(base_, base_ * 0.05);
            FittedCalibration.Refit(method, new CalibrationSample(scores, labels)).Map!.Mean(full.Scores).ShouldBeGreaterThan(base_ * 1.5);
        }
    }

    [Fact]
    public void Too_few_frauds_calibrate_nothing()
    {
        var labels = new bool[1_000];
        labels.AsSpan(100, 30).Fill(true);
        FittedCalibration.Choose(new CalibrationSample(new float[1_000], labels)).ShouldBe(FittedCalibration.Nothing);
    }

    [Fact]
    public void Equal_rows_give_equal_maps()
    {
        var (one, other) = (FittedCalibration.Choose(Distorted(5_000, 7)), FittedCalibration.Choose(Distorted(5_000, 7)));
        one.Map!.Y.ToArray().ShouldBe(other.Map!.Y.ToArray());
        one.Map!.X.ToArray().ShouldBe(other.Map!.X.ToArray());
    }

    [Fact]
    public void The_reliability_curve_is_scikit_learns_of_equal_bins()
    {
        // sklearn.calibration.calibration_curve(labels, scores, n_bins=4, strategy='quantile')
        var curve = ProbabilityMetrics.Reliability(Scores, Labels, 4);
        curve.Select(b => b.FraudShare).ShouldBe([0.25, 0.25, 0.5, 0.75]);
        curve.Select(b => Math.Round(b.MeanScore, 6)).ShouldBe([0.0275, 0.1325, 0.45, 0.8375]);
        ProbabilityMetrics.ExpectedCalibrationError(Scores, Labels, 4)
            .ShouldBe((0.2225 + 0.1175 + 0.05 + 0.0875) / 4, 1e-7);
    }

    [Fact]
    public void Rows_of_equal_score_are_in_one_bin()
    {
        var bin = ProbabilityMetrics.Reliability([0.5f, 0.5f, 0.5f, 0.5f], [true, false, false, false], 4).ShouldHaveSingleItem();
        bin.ShouldBe(new ReliabilityBin(4, 0.5, 0.25));
    }

    /// <summary>Scores whose log-odds are half of the true ones, and shifted: too timid at both ends.</summary>
    private static CalibrationSample Distorted(int rows, int seed)
    {
        var random = new Random(seed);
        var (scores, labels) = (new float[rows], new bool[rows]);
        for (var i = 0; i < rows; i++)
        {
            var logit = -3 + 2.5 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-logit));
            scores[i] = (float)(1 / (1 + Math.Exp(-(0.5 * logit + 0.7))));
        }

        return new CalibrationSample(scores, labels);
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-9;

        public int GetHashCode(double obj) => 0;
    }
}
