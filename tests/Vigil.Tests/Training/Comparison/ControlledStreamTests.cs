using System.Globalization;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Training.Comparison;
using Vigil.Training.Evaluation;
using Vigil.Training.Learning;

namespace Vigil.Tests.Training.Comparison;

/// <summary>
/// A stream of payments of which a model blocks the highest scores; of those no label is ever known but of the control group's.
/// What is estimated by weights is held against what only the simulation knows.
/// </summary>
public sealed class ControlledStreamTests
{
    private const int Payments = 20_000;
    private const float Block = 0.5f;
    private const double Share = 0.1;
    private const int Keys = 40;

    private readonly float[] _scores = new float[Payments];
    private readonly bool[] _frauds = new bool[Payments];

    public ControlledStreamTests()
    {
        // The model is overconfident: of a score s, s to the power of 1.5 is fraud.
        var random = new Random(7);
        for (var i = 0; i < Payments; i++)
        {
            _scores[i] = (float)Math.Pow(random.NextDouble(), 3);
            _frauds[i] = random.NextDouble() < Math.Pow(_scores[i], 1.5);
        }
    }

    [Fact]
    public void Weighted_counts_and_metrics_are_those_of_the_whole_stream_and_plain_ones_are_not()
    {
        var truth = new Measured(
            _frauds.Count(f => f), RankingMetrics.AveragePrecision(_scores, _frauds), RankingMetrics.RocAuc(_scores, _frauds), ProbabilityMetrics.Brier(_scores, _frauds));
        var estimates = Enumerable.Range(0, Keys).Select(key => Estimate(key, weighted: true)).ToList();
        var plain = Estimate(0, weighted: false);

        Unbiased(m => m.Frauds);
        Unbiased(m => m.AveragePrecision);
        Unbiased(m => m.RocAuc);
        Unbiased(m => m.Brier);
        plain.Frauds.ShouldBeLessThan(truth.Frauds * 0.6);
        plain.AveragePrecision.ShouldBeLessThan(truth.AveragePrecision * 0.8);

        void Unbiased(Func<Measured, double> metric)
        {
            var values = estimates.Select(metric).ToList();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (Keys - 1) / Keys);
            mean.ShouldBe(metric(truth), 4 * deviation);
            Math.Abs(mean - metric(truth)).ShouldBeLessThan(0.02 * metric(truth));
        }
    }

    [Fact]
    public void Comparison_and_thresholds_count_a_control_for_those_that_were_blocked_beside_it()
    {
        const int Some = 8;
        var model = TestVersions.Make(1, thresholds: new Thresholds(0.3, Block));
        var costs = new ReviewCosts { Review = 5, LostCustomer = 300 };
        var (truth, whole) = (ModelComparison.Of([model], Judged(null), 200).Models[0], ThresholdPlan.Of(Judged(null), costs));
        var rows = Enumerable.Range(0, Some).Select(key => Judged(KeyOf(key))).ToList();
        var measured = rows.ConvertAll(r => ModelComparison.Of([model], r, 200).Models[0]);
        var plans = rows.ConvertAll(r => ThresholdPlan.Of(r, costs));
        measured.Average(m => m.AveragePrecision!.Value.Value).ShouldBe(truth.AveragePrecision!.Value.Value, 0.02);
        measured.Average(m => m.RocAuc!.Value).ShouldBe(truth.RocAuc!.Value, 0.01);
        measured.Average(m => m.ReviewRecall!.Value).ShouldBe(truth.ReviewRecall!.Value, 0.02);
        measured.Average(m => m.Precision!.Value.Value).ShouldBe(truth.Precision!.Value.Value, 0.03);
        plans.Average(p => p.CostOfNothing).ShouldBe(whole.CostOfNothing, whole.CostOfNothing * 0.05);
        plans.Average(p => p.At.CostPerDay).ShouldBe(whole.At.CostPerDay, whole.At.CostPerDay * 0.05);

        JudgedRows Judged(ControlGroup? control)
        {
            var judged = new JudgedRows(1);
            for (var i = 0; i < Payments; i++)
            {
                var (label, weight) = control is null ? (_frauds[i], 1) : Known(control, i, weighted: true);
                judged.Add(Time(i), 1_000_000, label, [(_scores[i], _scores[i])], weight);
            }

            return judged;
        }
    }

    [Fact]
    public void A_model_that_learns_by_weights_knows_how_much_of_what_was_blocked_is_fraud()
    {
        var control = KeyOf(0);
        var honest = FraudOfBlocked(Train(control, weighted: true));
        var plain = FraudOfBlocked(Train(control, weighted: false));
        var truth = Enumerable.Range(0, Payments).Where(i => _scores[i] >= Block).Average(i => _frauds[i] ? 1.0 : 0);
        honest.Share.ShouldBe(truth, 0.05);
        honest.Base.ShouldBe(_frauds.Average(f => f ? 1.0 : 0), 0.015);
        plain.Base.ShouldBeLessThan(_frauds.Average(f => f ? 1.0 : 0) * 0.7);
    }

    /// <summary>What a model says on average of what was blocked, and the share of frauds that its training rows showed it.</summary>
    private (double Share, double Base) FraudOfBlocked((Vigil.Core.Models.Model Model, double Base) trained) => (
        Enumerable.Range(0, Payments).Where(i => _scores[i] >= Block).Average(i => (double)trained.Model.Score([_scores[i]])), trained.Base);

    private (Vigil.Core.Models.Model Model, double Base) Train(ControlGroup control, bool weighted)
    {
        var history = new LabelledHistory(TestVersions.Features.Names);
        for (var i = 0; i < Payments; i++)
        {
            var (label, weight) = Known(control, i, weighted);
            history.Add(Time(i), [_scores[i]], label, i, weight);
        }

        var trained = ModelTraining.Run(
            history, TestVersions.Features, new TrainingOptions { Learner = Learner.Trees, FitsReference = false, LegitimateShare = 1, Boosting = new() { Rounds = 60, MaxDepth = 3 } },
            TestVersions.Now);
        var rows = Enumerable.Range(0, history.Count).Where(r => history.Label(r) is not null).ToList();
        return (trained.Served, rows.Sum(r => history.Label(r) == true ? history.Weight(r) : 0.0) / rows.Sum(r => (double)history.Weight(r)));
    }

    private Measured Estimate(int key, bool weighted)
    {
        var control = KeyOf(key);
        var (scores, labels, weights) = (new List<float>(), new List<bool>(), new List<float>());
        for (var i = 0; i < Payments; i++)
        {
            if (Known(control, i, weighted) is not ({ } label, var weight))
                continue;
            scores.Add(_scores[i]);
            labels.Add(label);
            weights.Add((float)weight);
        }

        return new Measured(
            labels.Zip(weights).Sum(l => l.First ? l.Second : 0.0), RankingMetrics.AveragePrecision([.. scores], [.. labels], [.. weights]),
            RankingMetrics.RocAuc([.. scores], [.. labels], [.. weights]), ProbabilityMetrics.Brier([.. scores], [.. labels], [.. weights]));
    }

    /// <summary>What becomes known of a payment as the system decides: by outcome and propensity alone.</summary>
    private (bool? Label, double Weight) Known(ControlGroup control, int i, bool weighted)
    {
        var blocked = _scores[i] >= Block;
        var outcome = blocked && !control.Contains(Encoding.UTF8.GetBytes($"p{i}")) ? Outcome.Block : Outcome.Review;
        var weight = ControlGroup.WeightOf(outcome, blocked ? (float)Share : float.NaN);
        return weight == 0 ? (null, 1) : (_frauds[i], weighted ? weight : 1);
    }

    private static ControlGroup KeyOf(int key) =>
        new(Share, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"a key of the test, number {key}")));

    private static long Time(int i) => i * Timestamp.Day / 400;

    private sealed record Measured(double Frauds, double AveragePrecision, double RocAuc, double Brier);
}
