using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class CardPrecisionTests
{
    [Fact]
    public void A_card_ranks_by_its_highest_score_and_is_compromised_by_any_fraud_of_the_day()
    {
        // Card 1: highest 0.9 genuine, and a fraud at 0.1. Card 2: 0.8 twice, genuine. Card 3: 0.7, fraud.
        var rows = Rows((0.1f, true, 0, 1), (0.8f, false, 0, 2), (0.9f, false, 0, 1), (0.8f, false, 0, 2), (0.7f, true, 0, 3));
        CardPrecision.TopK(rows, 1).ShouldBe(1);
        CardPrecision.TopK(rows, 2).ShouldBe(0.5);
        CardPrecision.TopK(rows, 3).ShouldBe(2 / 3.0);
    }

    [Fact]
    public void A_card_that_was_detected_is_not_looked_at_again()
    {
        var rows = Rows((0.9f, true, 0, 1), (0.5f, false, 0, 2), (0.9f, false, 1, 1), (0.5f, true, 1, 2));
        CardPrecision.PerDay(rows, 1).ShouldBe([1.0, 1.0]);
    }

    [Fact]
    public void A_compromised_card_below_the_top_k_and_a_genuine_one_in_it_are_looked_at_again()
    {
        var rows = Rows((0.9f, false, 0, 1), (0.5f, true, 0, 2), (0.9f, true, 1, 1), (0.5f, true, 1, 2), (0.3f, true, 2, 2));
        CardPrecision.PerDay(rows, 1).ShouldBe([0.0, 1.0, 1.0]);
    }

    [Fact]
    public void A_day_with_fewer_cards_is_still_divided_by_k() =>
        CardPrecision.TopK(Rows((0.9f, true, 0, 1), (0.8f, true, 0, 2)), 100).ShouldBe(0.02);

    [Fact]
    public void Of_cards_with_equal_scores_the_earlier_row_is_first()
    {
        CardPrecision.TopK(Rows((0.5f, true, 0, 9), (0.5f, false, 0, 1)), 1).ShouldBe(1);
        CardPrecision.TopK(Rows((0.5f, false, 0, 1), (0.5f, true, 0, 9)), 1).ShouldBe(0);
        // Not the card that was seen first: the one whose highest score came first.
        CardPrecision.TopK(Rows((0.1f, false, 0, 1), (0.5f, true, 0, 9), (0.5f, false, 0, 1)), 1).ShouldBe(1);
    }

    [Fact]
    public void No_rows_have_no_metric() => CardPrecision.TopK(Rows(), 5).ShouldBe(double.NaN);

    [Fact]
    public void Agrees_with_the_definition_written_out() => RandomRows.Check(rows =>
    {
        for (var k = 1; k <= 7; k++)
            CardPrecision.PerDay(rows, k).ShouldBe(ByDefinition(rows, k));
    });

    private static double[] ByDefinition(ScoredRows rows, int k)
    {
        var result = new List<double>();
        List<int> blocked = [];
        foreach (var day in rows.Days.Distinct().Order())
        {
            var cards = Enumerable.Range(0, rows.Count)
                .Where(i => rows.Days[i] == day && !blocked.Contains(rows.Cards[i]))
                .GroupBy(i => rows.Cards[i])
                .Select(g => (Card: g.Key, Best: g.Max(i => rows.Scores[i]), Fraud: g.Any(i => rows.Labels[i]), Rows: g.ToArray()))
                .OrderByDescending(c => c.Best)
                .ThenBy(c => c.Rows.First(i => rows.Scores[i] == c.Best))
                .Take(k)
                .ToArray();
            result.Add(cards.Count(c => c.Fraud) / (double)k);
            blocked.AddRange(cards.Where(c => c.Fraud).Select(c => c.Card));
        }

        return [.. result];
    }

    private static ScoredRows Rows(params (float Score, bool Fraud, int Day, int Card)[] rows) => new(
        [.. rows.Select(r => r.Score)], [.. rows.Select(r => r.Fraud)], [.. rows.Select(r => r.Day)], [.. rows.Select(r => r.Card)], new int[rows.Length]);
}
