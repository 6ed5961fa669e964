namespace Vigil.Core.Models;

/// <summary>
/// A function that never falls, from [0, 1] to [0, 1]: straight lines between knots. It is how a model's own score
/// becomes a probability. Only additions, products and one division: the same bits on every machine, and of two scores
/// the lower one never gets the higher probability. Immutable; applying it allocates nothing.
/// </summary>
public sealed class ScoreMap
{
    private readonly float[] _x;
    private readonly float[] _y;

    /// <param name="x">Scores of the knots: the first 0, the last 1, each above the one before it; 2 or more.</param>
    /// <param name="y">What they become: in [0, 1], none below the one before it.</param>
    /// <exception cref="ArgumentException">The knots are no such function; says at which one.</exception>
    public ScoreMap(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} scores do not fit {y.Length} probabilities.", nameof(y));
        if (x.Length < 2 || x[0] != 0 || x[^1] != 1)
            throw new ArgumentException("The first knot must be at score 0 and the last at score 1.", nameof(x));
        for (var i = 0; i < x.Length; i++)
        {
            if (i > 0 && !(x[i] > x[i - 1]))
                throw new ArgumentException($"Knot {i} is at {x[i]}, not above the one before it ({x[i - 1]}).", nameof(x));
            if (y[i] is not (>= 0 and <= 1) || (i > 0 && y[i] < y[i - 1]))
                throw new ArgumentException($"Knot {i} becomes {y[i]}: not in [0, 1], or below the one before it.", nameof(y));
        }

        (_x, _y) = (x.ToArray(), y.ToArray());
    }

    /// <summary>Scores of the knots, ascending from 0 to 1.</summary>
    public ReadOnlySpan<float> X => _x;

    /// <summary>What the knots become.</summary>
    public ReadOnlySpan<float> Y => _y;

    /// <summary>Maps a score.</summary>
    /// <param name="score">In [0, 1]; what lies outside counts as the nearer end, NaN stays NaN.</param>
    public float Apply(float score)
    {
        if (float.IsNaN(score))
            return score;
        if (score <= 0)
            return _y[0];
        if (score >= 1)
            return _y[^1];

        // The last knot at or below the score; there is one above it, as the score is below 1.
        var (low, high) = (0, _x.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            if (_x[middle] <= score)
                low = middle;
            else
                high = middle;
        }

        double from = _y[low];
        var value = from + (_y[high] - from) * ((score - (double)_x[low]) / ((double)_x[high] - _x[low]));
        // Rounding may pass the next knot, and a later score must not come out below this one.
        return (float)Math.Min(value, _y[high]);
    }
}
