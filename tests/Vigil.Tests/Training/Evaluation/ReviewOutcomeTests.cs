using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class ReviewOutcomeTests
{
    // Day 1: scores .9 .5 .5 .1; day 0, after it in the arrays: .3 .2. Frauds: the second .5 and .3.
    private static readonly ScoredRows Rows = new(
        [0.9f, 0.5f, 0.5f, 0.1f, 0.3f, 0.2f],
        [false, false, true, false, true, false],
        [1, 1, 1, 1, 0, 0],
        [1, 2, 3, 4, 5, 6],
        [100, 200, 400, 800, 1_600, 3_200]);

    [Theory]
    [InlineData(1, 2, 1, 1_600)]
    [InlineData(2, 4, 1, 1_600)]
    [InlineData(3, 5, 2, 2_000)]
    [InlineData(100, 6, 2, 2_000)]
    public void The_best_of_each_day_are_reviewed_and_of_equal_scores_the_earlier_row(int perDay, int reviewed, int caught, long caughtCents)
    {
        var outcome = ReviewOutcome.At(Rows, perDay);
        outcome.ShouldBe(new ReviewOutcome(reviewed, caught, 2, caughtCents, 2_000));
        outcome.Precision.ShouldBe(caught / (double)reviewed);
        outcome.Recall.ShouldBe(caught / 2.0);
    }

    [Fact]
    public void Money_saved_is_the_amounts_caught_less_the_cost_of_the_reviews()
    {
        ReviewOutcome.At(Rows, 1).MoneySavedCents(50).ShouldBe(1_600 - 2 * 50);
        ReviewOutcome.At(Rows, 100).MoneySavedCents(500).ShouldBe(2_000 - 6 * 500);
    }

    [Fact]
    public void Agrees_with_sorting_each_day_by_itself() => RandomRows.Check(rows =>
    {
        for (var k = 1; k <= 12; k += 3)
        {
            var reviewed = Enumerable.Range(0, rows.Count).GroupBy(i => rows.Days[i])
                .SelectMany(day => day.OrderByDescending(i => rows.Scores[i]).Take(k)).ToArray(); // LINQ's sort is stable
            var caught = reviewed.Where(i => rows.Labels[i]).ToArray();
            var frauds = Enumerable.Range(0, rows.Count).Where(i => rows.Labels[i]).ToArray();
            ReviewOutcome.At(rows, k).ShouldBe(new ReviewOutcome(
                reviewed.Length, caught.Length, frauds.Length, caught.Sum(i => (long)rows.Cents[i]), frauds.Sum(i => (long)rows.Cents[i])));
        }
    });

    [Fact]
    public void A_larger_budget_never_catches_less() => RandomRows.Check(rows =>
    {
        var caught = Enumerable.Range(1, 20).Select(k => ReviewOutcome.At(rows, k).Caught).ToArray();
        caught.ShouldBeInOrder(SortDirection.Ascending);
    });

    [Fact]
    public void Without_rows_or_frauds_the_shares_are_not_defined()
    {
        var none = ReviewOutcome.At(new([], [], [], [], []), 5);
        none.Precision.ShouldBe(double.NaN);
        none.Recall.ShouldBe(double.NaN);
    }

    [Fact]
    public void A_budget_of_nothing_and_a_negative_cost_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ReviewOutcome.At(Rows, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => ReviewOutcome.At(Rows, 1).MoneySavedCents(-1));
    }
}
