namespace Vigil.Training.Evaluation;

/// <summary>Scored and labelled transactions as parallel arrays, in order of arrival: what every metric is computed from.</summary>
public sealed class ScoredRows
{
    private int[]? _byDayAndRank;

    /// <param name="scores">Shape (n): higher is more suspicious; no NaN. No array is copied.</param>
    /// <param name="labels">Shape (n): whether the row is fraud.</param>
    /// <param name="days">Shape (n): the day of each row; any numbering.</param>
    /// <param name="cards">Shape (n): the card (in the Handbook's data: the customer) of each row.</param>
    /// <param name="cents">Shape (n): amounts in the currency's minor unit.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public ScoredRows(float[] scores, bool[] labels, int[] days, int[] cards, int[] cents)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(cards);
        ArgumentNullException.ThrowIfNull(cents);
        if (labels.Length != scores.Length || days.Length != scores.Length
            || cards.Length != scores.Length || cents.Length != scores.Length)
            throw new ArgumentException("Scores, labels, days, cards and amounts must have the same length.", nameof(scores));
        if (Array.FindIndex(scores, float.IsNaN) is >= 0 and var row)
            throw new ArgumentException($"The score of row {row} is not a number.", nameof(scores));
        Scores = scores;
        Labels = labels;
        Days = days;
        Cards = cards;
        Cents = cents;
    }

    public int Count => Scores.Length;

    public float[] Scores { get; }

    public bool[] Labels { get; }

    public int[] Days { get; }

    public int[] Cards { get; }

    public int[] Cents { get; }

    /// <summary>
    /// Row numbers by day, and within a day by score from the highest: the order in which analysts would look. Of equal
    /// scores the earlier row comes first, so the order is the same for every sort and platform.
    /// </summary>
    internal ReadOnlySpan<int> ByDayAndRank()
    {
        if (_byDayAndRank is null)
        {
            var order = Enumerable.Range(0, Count).ToArray();
            Array.Sort(order, (a, b) =>
            {
                var byDay = Days[a].CompareTo(Days[b]);
                if (byDay != 0)
                    return byDay;
                var byScore = Scores[b].CompareTo(Scores[a]);
                return byScore != 0 ? byScore : a.CompareTo(b);
            });
            _byDayAndRank = order;
        }

        return _byDayAndRank;
    }
}
