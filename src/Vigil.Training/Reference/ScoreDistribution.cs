namespace Vigil.Training.Reference;

/// <summary>
/// How the scores of many rows that did not teach a model are distributed: which share of them has a score or more. It
/// is how a threshold moves to a model trained anew: not the score is kept, but the share. Every score of the highest
/// hundred is kept, further down one in fifty, so shares are right to 2% of themselves.
/// </summary>
public sealed class ScoreDistribution
{
    private const int Dense = 100;
    private const double Step = 1.02;

    /// <param name="rows">Rows that it was made of, 1 or more.</param>
    /// <param name="scores">Knots: scores, each below the one before it; the last is the lowest of all.</param>
    /// <param name="shares">Share of the rows with this score or more; rising, the last is 1.</param>
    /// <exception cref="ArgumentException">They are no such knots; says why.</exception>
    public ScoreDistribution(int rows, IReadOnlyList<float> scores, IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (scores.Count == 0 || scores.Count != shares.Count)
            throw new ArgumentException($"{scores.Count} scores do not fit {shares.Count} shares.", nameof(shares));
        for (var i = 0; i < scores.Count; i++)
        {
            if (!(i == 0 ? shares[i] > 0 : shares[i] > shares[i - 1] && scores[i] < scores[i - 1]) || shares[i] > 1)
                throw new ArgumentException($"Knot {i} (score {scores[i]}, share {shares[i]}) does not follow the one before it.", nameof(scores));
        }

        (Rows, Scores, Shares) = (rows, scores, shares);
    }

    public int Rows { get; }

    public IReadOnlyList<float> Scores { get; }

    public IReadOnlyList<double> Shares { get; }

    /// <summary>The distribution of scores.</summary>
    /// <param name="scores">1 or more, none NaN.</param>
    public static ScoreDistribution Of(ReadOnlySpan<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scores.Length);
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        Array.Reverse(sorted);
        var (values, shares) = (new List<float>(), new List<double>());
        for (double next = 1; values.Count == 0 || shares[^1] < 1; next = next < Dense ? next + 1 : next * Step)
        {
            var last = Math.Min((int)next, sorted.Length) - 1;
            // Rows of equal score stand or fall together.
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[last])
                last++;
            if (values.Count > 0 && !(sorted[last] < values[^1]))
                continue;
            values.Add(sorted[last]);
            shares.Add((last + 1.0) / sorted.Length);
        }

        return new ScoreDistribution(sorted.Length, values, shares);
    }

    /// <summary>The share of rows with a score or more, in [0, 1].</summary>
    public double ShareFrom(double score)
    {
        if (score > Scores[0])
            return 0;
        for (var i = 1; i < Scores.Count; i++)
        {
            if (score > Scores[i])
                return Shares[i - 1] + (Shares[i] - Shares[i - 1]) * (Scores[i - 1] - score) / (Scores[i - 1] - (double)Scores[i]);
        }

        return 1;
    }

    /// <summary>The score that a share of the rows has or exceeds; above every score for a share of none.</summary>
    /// <param name="share">In [0, 1].</param>
    public double ScoreOf(double share)
    {
        if (share < Shares[0])
            return share * Rows >= 0.5 ? Scores[0] : Math.Max(1.0, Math.BitIncrement((double)Scores[0]));
        for (var i = 1; i < Scores.Count; i++)
        {
            if (share < Shares[i])
                return Scores[i - 1] - (Scores[i - 1] - (double)Scores[i]) * (share - Shares[i - 1]) / (Shares[i] - Shares[i - 1]);
        }

        return Scores[^1];
    }
}
