namespace Vigil.Training.Comparison;

/// <summary>A measured number with its range of 95%: of resamples of the rows, or after Wilson.</summary>
/// <param name="Value">On the rows as they are.</param>
/// <param name="Low">Where the range begins: the 2.5th percentile of the resamples.</param>
/// <param name="High">Where it ends: the 97.5th percentile.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>
    /// The score interval of a share (Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927).
    /// </summary>
    /// <param name="share">Of the rows, in [0, 1].</param>
    /// <param name="rows">How many; of weighted rows as many as they are worth (<see cref="Effective"/>). Above 0.</param>
    public static Interval Wilson(double share, double rows)
    {
        const double Z = 1.959964;
        var (square, all) = (Z * Z, rows + Z * Z);
        var half = Z * Math.Sqrt(rows * share * (1 - share) + square / 4) / all;
        var middle = (rows * share + square / 2) / all;
        return new Interval(share, Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>Rows of weight 1 that weighted ones are worth (Kish, "Survey Sampling", 1965): the square of the sum over the sum of squares.</summary>
    public static double Effective(double sum, double sumOfSquares) => sumOfSquares == 0 ? 0 : sum * sum / sumOfSquares;

    /// <param name="value">On the rows as they are.</param>
    /// <param name="resamples">On the resamples; sorted by this.</param>
    internal static Interval Of(double value, double[] resamples)
    {
        Array.Sort(resamples);
        return new Interval(value, resamples[(int)(0.025 * resamples.Length)], resamples[Math.Min(resamples.Length - 1, (int)(0.975 * resamples.Length))]);
    }
}
