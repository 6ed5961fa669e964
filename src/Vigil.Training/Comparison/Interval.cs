namespace Vigil.Training.Comparison;

/// <summary>A measured number with the range that 95 of 100 resamples of the rows lie in.</summary>
/// <param name="Value">On the rows as they are.</param>
/// <param name="Low">The 2.5th percentile of the resamples.</param>
/// <param name="High">The 97.5th percentile.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <param name="value">On the rows as they are.</param>
    /// <param name="resamples">On the resamples; sorted by this.</param>
    internal static Interval Of(double value, double[] resamples)
    {
        Array.Sort(resamples);
        return new Interval(value, resamples[(int)(0.025 * resamples.Length)], resamples[Math.Min(resamples.Length - 1, (int)(0.975 * resamples.Length))]);
    }
}
