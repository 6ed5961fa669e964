namespace Vigil.Core.Models;

/// <summary>
/// Points and weights on [0, 1] with which the integral of every polynomial of a degree below twice their number is a
/// weighted sum, exactly (Abramowitz, Stegun, "Handbook of Mathematical Functions", 25.4.29-30).
/// </summary>
internal static class GaussLegendre
{
    /// <param name="count">How many points, 1 or more.</param>
    /// <returns>Points in ascending order; weights that sum to 1.</returns>
    public static (double[] Points, double[] Weights) Rule(int count)
    {
        var (points, weights) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            // Newton's method on the Legendre polynomial, from a guess that lies next to its i-th root.
            var x = -Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var slope = 0.0;
            for (var step = 0; step < 20; step++)
            {
                (var value, slope) = Legendre(count, x);
                x -= value / slope;
            }

            (_, slope) = Legendre(count, x);
            points[i] = (x + 1) / 2;
            weights[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (points, weights);
    }

    /// <summary>The Legendre polynomial of a degree at x in (-1, 1), and its derivative, by the three-term recurrence.</summary>
    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var k = 2; k <= degree; k++)
            (before, value) = (value, ((((2 * k) - 1) * x * value) - ((k - 1) * before)) / k);
        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }
}
