namespace Vigil.Training.Evaluation;

/// <summary>
/// Card precision top-k (Fraud Detection Handbook, chapter 4, section "Precision top-k metrics"): investigators look at
/// the k most suspicious cards of a day, and a card found to be compromised is blocked and not looked at again.
/// </summary>
public static class CardPrecision
{
    /// <summary>The share of compromised cards among the first k, for each day in order.</summary>
    /// <param name="rows">
    /// A card's score on a day is its highest; it is compromised on a day with any fraud. Of equal cards the one whose
    /// highest score came earlier is first.
    /// </param>
    /// <param name="k">Cards per day, at least 1. The divisor, also on a day with fewer cards.</param>
    /// <returns>One value in [0, 1] for each day that has rows.</returns>
    public static double[] PerDay(ScoredRows rows, int k)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var result = new List<double>();
        var detected = new HashSet<int>();
        var seen = new HashSet<int>();
        var compromised = new HashSet<int>();
        var order = rows.ByDayAndRank();
        while (!order.IsEmpty)
        {
            var day = DayAtStart(rows, order);
            order = order[day.Length..];
            compromised.Clear();
            foreach (var row in day)
            {
                if (rows.Labels[row])
                    compromised.Add(rows.Cards[row]);
            }

            seen.Clear();
            var hits = 0;
            foreach (var row in day)
            {
                var card = rows.Cards[row];
                // A card's first row in this order has its highest score, so that is where the card ranks.
                if (detected.Contains(card) || !seen.Add(card))
                    continue;
                if (seen.Count > k)
                    break;
                if (compromised.Contains(card))
                    hits++;
            }

            // Only now: a card detected today is out of tomorrow's list, not of today's.
            foreach (var card in seen.Take(k).Where(compromised.Contains))
                detected.Add(card);
            result.Add(hits / (double)k);
        }

        return [.. result];
    }

    /// <summary>The mean of <see cref="PerDay"/> over the days; NaN if there are none.</summary>
    /// <inheritdoc cref="PerDay"/>
    /// <returns>In [0, 1].</returns>
    public static double TopK(ScoredRows rows, int k)
    {
        var days = PerDay(rows, k);
        return days.Sum() / days.Length;
    }

    private static ReadOnlySpan<int> DayAtStart(ScoredRows rows, ReadOnlySpan<int> order)
    {
        var length = 1;
        while (length < order.Length && rows.Days[order[length]] == rows.Days[order[0]])
            length++;
        return order[..length];
    }
}
