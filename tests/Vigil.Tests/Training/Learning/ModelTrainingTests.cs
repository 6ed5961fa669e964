using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Training.Boosting;
using Vigil.Training.Learning;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Learning;

public sealed class ModelTrainingTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly FeatureSet Features = FeatureSets.Load("handbook");

    private static readonly TrainingOptions Quick = new()
    {
        Boosting = new BoostingOptions { Rounds = 30, MaxDepth = 4, LearningRate = 0.2 },
    };

    [Fact]
    public void With_labels_boosted_trees_learn_and_find_frauds_of_later_days()
    {
        var trained = Train(History(known: true), Quick);
        trained.Model.Kind.ShouldBe(ModelKind.Trees);
        trained.Card.Metrics["roc_auc"].ShouldBeGreaterThan(0.75);
        trained.Card.Thresholds.Review.ShouldBeInRange(0, 1);
        trained.Card.FeatureSetHash.ShouldBe(Features.Hash);
    }

    [Fact]
    public void Scores_are_probabilities_on_days_that_the_model_has_not_seen()
    {
        var trained = Train(History(known: true), Quick with { HoldoutDays = 21 });
        trained.Calibration.Map.ShouldNotBeNull();
        var held = trained.Holdout.ShouldNotBeNull();
        var history = History(known: true);
        var truth = held.Sequences.Select(s => history.Label((int)s) == true).ToArray();
        var share = truth.Count(t => t) / (double)truth.Length;
        ((double)held.HeldOut.Average()).ShouldBe(share, share / 3);
        trained.Card.Metrics["brier"].ShouldBeLessThan(share * (1 - share));
        trained.Card.Metrics["calibration_error"].ShouldBeLessThan(share / 2);
    }

    [Fact]
    public void A_model_trained_anew_keeps_the_shares_of_carried_thresholds()
    {
        var former = Train(History(known: true), Quick with { ReviewShare = 0.02 });
        var carried = new CarriedThresholds(former.Card.Thresholds, former.Reference!.Scores, "version 1");
        var anew = Train(History(known: true), Quick with { HoldoutDays = 14, ReviewShare = 0.5, Carried = carried });
        anew.Card.Thresholds.Review.ShouldNotBe(former.Card.Thresholds.Review);
        anew.Reference!.Scores.ShareFrom(anew.Card.Thresholds.Review).ShouldBe(former.Reference.Scores.ShareFrom(former.Card.Thresholds.Review), 1e-3);
        new CarriedThresholds(new(0.1, 2), former.Reference.Scores, "").To(anew.Reference.Scores).Block.ShouldBe(2);
    }

    [Fact]
    public void A_thresholds_share_is_one_of_all_payments_where_few_have_a_label()
    {
        // Analysts label what looks suspicious: a share of labelled rows would be no share of payments.
        var (full, sparse) = (History(known: true), new LabelledHistory(Features.Names));
        for (var row = 0; row < full.Count; row++)
            sparse.Add(full.Time(row), full.Row(row), full.Label(row) == true || row % 10 == 0 ? full.Label(row) : null);
        var trained = Train(sparse, Quick with { ReviewShare = 0.02 });
        trained.Reference!.Scores.ShareFrom(trained.Card.Thresholds.Review).ShouldBe(0.02, 0.001);
        trained.Reference.Scores.Rows.ShouldBeGreaterThan((int)(2 * trained.Card.Metrics["holdout_rows"]));
    }

    [Fact]
    public void A_fraud_alone_on_the_newest_days_measures_nothing_and_the_model_can_be_saved()
    {
        // A first payment weeks after what was loaded, and a verdict on it.
        var history = History(known: true);
        history.Add(Enumerable.Range(0, history.Count).Max(history.Time) + 30 * Timestamp.Day, history.Row(0), true);
        var trained = Train(history, Quick);
        trained.Card.Metrics.ShouldBeEmpty();
        trained.ToDirectory(Features, history).Open(0).Card.Thresholds.ShouldBe(Thresholds.Never);
    }

    [Fact]
    public void Without_labels_an_isolation_forest_decides_and_never_blocks()
    {
        var history = History(known: false);
        var trained = Train(history, Quick);
        trained.Model.Kind.ShouldBe(ModelKind.IsolationForest);
        trained.Card.Thresholds.Block.ShouldBeGreaterThan(1);
        var reviewed = Enumerable.Range(0, history.Count).Count(r => trained.Model.Score(history.Row(r)) >= trained.Card.Thresholds.Review);
        ((double)reviewed / history.Count).ShouldBeInRange(0.005, 0.01);
    }

    [Fact]
    public void The_review_threshold_lets_through_no_more_than_the_share_that_was_asked_for()
    {
        foreach (var share in new[] { 0.002, 0.01, 0.05 })
        {
            var trained = Train(History(known: true), Quick with { ReviewShare = share });
            trained.Card.Metrics["holdout_rows"].ShouldBeGreaterThan(500);
            trained.Reference!.Scores.ShareFrom(trained.Card.Thresholds.Review).ShouldBeLessThanOrEqualTo(share * 1.02);
        }
    }

    [Fact]
    public void Equal_histories_and_seeds_give_equal_models()
    {
        var row = History(known: true).Row(4_000).ToArray();
        Train(History(known: true), Quick).Model.Score(row).ShouldBe(Train(History(known: true), Quick).Model.Score(row));
        Train(History(known: true), Quick with { Seed = 2, Boosting = Quick.Boosting with { RowSample = 0.5 } }).Model.Score(row)
            .ShouldNotBe(Train(History(known: true), Quick with { Seed = 3, Boosting = Quick.Boosting with { RowSample = 0.5 } }).Model.Score(row));
    }

    [Fact]
    public void A_history_too_small_says_what_it_lacks()
    {
        var empty = new LabelledHistory(Features.Names);
        Should.Throw<TrainingException>(() => Train(empty, Quick)).Message.ShouldContain("100 are the least");
        Should.Throw<TrainingException>(() => Train(empty, Quick with { Learner = Learner.Trees })).Message.ShouldContain("load labels");
    }

    private static TrainedModel Train(LabelledHistory history, TrainingOptions options) =>
        ModelTraining.Run(history, Features, options, Now, cancellationToken: TestContext.Current.CancellationToken);

    private static readonly Lazy<LabelledHistory> Computed = new(() =>
    {
        var simulator = new Simulator(SimulationOptions.ForCustomers(500) with { Days = 60, Seed = 9 });
        return CompactFeatures.Compute(CompactDataset.From(simulator.Days(0, 60), simulator.Options.StartDate), Features);
    });

    private static LabelledHistory History(bool known)
    {
        var history = new LabelledHistory(Features.Names);
        for (var row = 0; row < Computed.Value.Count; row++)
            history.Add(Computed.Value.Time(row), Computed.Value.Row(row), known ? Computed.Value.Label(row) : null);
        return history;
    }
}
