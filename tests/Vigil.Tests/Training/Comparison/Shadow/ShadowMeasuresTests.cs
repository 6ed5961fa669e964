using Vigil.Core.Transactions;
using Vigil.Training.Comparison;
using Vigil.Training.Comparison.Shadow;

namespace Vigil.Tests.Training.Comparison.Shadow;

public sealed class ShadowMeasuresTests
{
    /// <summary>Of the quadratic (share - p)² = z² p (1 - p) / n, both ends are roots.</summary>
    [Fact]
    public void Wilsons_range_ends_where_the_share_would_be_as_unlikely_as_the_level_says()
    {
        var interval = Interval.Wilson(0.25, 20);
        interval.Low.ShouldBe(0.1118617, 1e-6);
        interval.High.ShouldBe(0.4687009, 1e-6);
        foreach (var p in new[] { interval.Low, interval.High })
            Math.Pow(0.25 - p, 2).ShouldBe(Math.Pow(1.959964, 2) * p * (1 - p) / 20, 1e-9);
        Interval.Wilson(0, 10).High.ShouldBe(0.2775328, 1e-6);
        Interval.Wilson(0, 10).Low.ShouldBe(0);
        Interval.Wilson(1, 10).High.ShouldBe(1);
    }

    [Fact]
    public void Budgets_are_of_each_day_and_labels_count_as_they_arrive()
    {
        var rows = new ShadowRows("challenger", "2");
        // Day 0: the champion reviews a and b, the challenger b and c. Day 1: both review d and e. f is never reviewed.
        Add(rows, 0, score: 0.1f, decided: 0.9f, isFraud: false); // a
        Add(rows, 0, score: 0.8f, decided: 0.8f, isFraud: true); // b
        Add(rows, 0, score: 0.9f, decided: 0.1f, isFraud: true); // c
        Add(rows, 1, score: 0.2f, decided: 0.2f, isFraud: null); // d
        Add(rows, 1, score: 0.3f, decided: 0.2f, isFraud: false); // e
        Add(rows, 1, score: 0.01f, decided: 0.01f, isFraud: true); // f
        var measured = ShadowMeasures.Of(rows, 2);
        (measured.Scored, measured.Labelled, measured.Frauds).ShouldBe((6, 5, 3));
        measured.Agreement.Value.ShouldBe(0.75);
        measured.Champion.Precision!.Value.Value.ShouldBe(1 / 3.0, 1e-9);
        measured.Champion.Recall!.Value.Value.ShouldBe(1 / 3.0, 1e-9);
        (measured.Champion.Labelled, measured.Champion.Frauds).ShouldBe((3, 1));
        measured.Challenger.Precision!.Value.Value.ShouldBe(2 / 3.0, 1e-9);
        measured.Challenger.Recall!.Value.Value.ShouldBe(2 / 3.0, 1e-9);
        (measured.OnlyChampion, measured.OnlyChallenger).ShouldBe((0, 1));
        measured.Said.ShouldBe("3 known frauds among 5 labels are too few to tell which finds more (20 are the least): wait for labels.");
    }

    [Fact]
    public void Without_a_budget_it_is_what_was_flagged_a_day_and_without_labels_only_agreement_is_told()
    {
        var rows = new ShadowRows("challenger", "2");
        for (var i = 0; i < 40; i++)
            Add(rows, i % 4, score: i, decided: -i, isFraud: null, flagged: i < 12);
        var measured = ShadowMeasures.Of(rows);
        measured.ReviewsPerDay.ShouldBe(3);
        measured.Champion.Precision.ShouldBeNull();
        measured.Challenger.Recall.ShouldBeNull();
        measured.Agreement.Value.ShouldBe(0);
        measured.Agreement.High.ShouldBeInRange(0.2, 0.3);
        measured.Said.ShouldStartWith("No label is known yet");
    }

    [Fact]
    public void What_is_said_follows_the_frauds_that_one_alone_finds()
    {
        Said(both: 10, onlyChampion: 5, onlyChallenger: 8).ShouldStartWith("No difference can be told yet: 8");
        Said(both: 10, onlyChampion: 2, onlyChallenger: 20).ShouldStartWith("It finds more: 20");
        Said(both: 10, onlyChampion: 20, onlyChallenger: 2).ShouldStartWith("It finds fewer: 20");
        Said(both: 30, onlyChampion: 0, onlyChallenger: 0).ShouldBe("They find the same frauds.");
    }

    /// <summary>
    /// Of 1,000 blocked payments nine in ten are fraud, but only one in ten of them is let through, and only then is its label
    /// known; of 1,000 reviewed ones one in ten is fraud and all are labelled.
    /// </summary>
    [Fact]
    public void Labels_of_a_control_group_speak_for_the_blocked_payments_beside_them()
    {
        var (weighted, plain) = (new ShadowRows("challenger", "2"), new ShadowRows("challenger", "2"));
        for (var i = 0; i < 2_000; i++)
        {
            var isBlocked = i < 1_000;
            var isControl = isBlocked && i % 10 == 0;
            var fraud = isBlocked ? i / 10 % 10 != 0 : i % 10 == 0;
            foreach (var (rows, weight) in new[] { (weighted, isControl ? 10.0 : 1), (plain, 1.0) })
                Add(rows, 0, score: isBlocked ? 0.9f : 0.5f, decided: isBlocked ? 0.9f : 0.5f, isFraud: isBlocked && !isControl ? null : fraud, weight: weight);
        }

        var honest = ShadowMeasures.Of(weighted, 2_000).Champion.Precision!.Value;
        honest.Value.ShouldBe(0.5, 1e-6);
        // The range knows that a hundred labels stand for a thousand: (1000 + 1000)² / (100 · 10² + 1000) rows.
        (honest.High - honest.Low).ShouldBe(Interval.Wilson(0.5, 2_000.0 * 2_000 / 11_000).High - Interval.Wilson(0.5, 2_000.0 * 2_000 / 11_000).Low, 1e-6);
        ShadowMeasures.Of(plain, 2_000).Champion.Precision!.Value.Value.ShouldBeLessThan(0.2);
    }

    private static string Said(int both, int onlyChampion, int onlyChallenger)
    {
        var rows = new ShadowRows("challenger", "2");
        for (var i = 0; i < both; i++)
            Add(rows, 0, 1, 1, true);
        for (var i = 0; i < onlyChampion; i++)
            Add(rows, 0, 0, 1, true);
        for (var i = 0; i < onlyChallenger; i++)
            Add(rows, 1, 1, 0, true);
        // On each day one model has these to review instead.
        for (var i = 0; i < 100; i++)
        {
            Add(rows, 0, 0.5f, 0, false);
            Add(rows, 1, 0, 0.5f, false);
        }

        return ShadowMeasures.Of(rows, Math.Max(1, both + Math.Max(onlyChampion, onlyChallenger))).Said;
    }

    private static void Add(ShadowRows rows, int day, float score, float decided, bool? isFraud, bool flagged = false, double weight = 1) =>
        rows.Add(rows.Count + 1, day * Timestamp.Day + 5, score, decided, flagged, isFraud, weight);
}
