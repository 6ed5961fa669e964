using Vigil.Core.Decisions;

namespace Vigil.Training.Learning;

/// <summary>Thresholds from the scores of rows that did not teach the model.</summary>
internal static class ThresholdChoice
{
    /// <summary>Fewest rows above a block threshold for its precision to mean something.</summary>
    private const int MinBlocked = 20;

    /// <summary>The lowest score such that at most a share of the rows has it or more.</summary>
    public static double ForShare(float[] scores, double share)
    {
        var descending = Descending(scores);
        var allowed = (int)(share * scores.Length);
        if (allowed >= scores.Length)
            return descending[^1];

        // Rows of equal score stand or fall together.
        while (allowed > 0 && descending[allowed - 1] == descending[allowed])
            allowed--;
        return allowed == 0 ? Math.BitIncrement(descending[0]) : descending[allowed - 1];
    }

    /// <summary>The lowest score from which on so many of the rows are fraud; above every score where none is.</summary>
    /// <param name="scores">Shape (n).</param>
    /// <param name="labels">Shape (n), 1 for fraud.</param>
    /// <param name="precision">In (0, 1].</param>
    /// <param name="weights">Shape (n): how many payments each row stands for; empty for 1.</param>
    public static double ForPrecision(float[] scores, byte[] labels, double precision, float[] weights)
    {
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ToArray();
        var (rows, frauds) = (0.0, 0.0);
        var threshold = Thresholds.Never.Block;
        for (var n = 1; n <= order.Length; n++)
        {
            var weight = weights.Length == 0 ? 1 : weights[order[n - 1]];
            rows += weight;
            frauds += weight * labels[order[n - 1]];
            var endsTie = n == order.Length || scores[order[n]] < scores[order[n - 1]];
            if (endsTie && n >= MinBlocked && frauds >= precision * rows)
                threshold = scores[order[n - 1]];
        }

        return threshold;
    }

    private static float[] Descending(float[] scores)
    {
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        Array.Reverse(sorted);
        return sorted;
    }
}
