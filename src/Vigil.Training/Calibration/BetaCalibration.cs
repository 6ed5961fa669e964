using Vigil.Core.Models;
using Vigil.Training.Logistic;

namespace Vigil.Training.Calibration;

/// <summary>
/// Beta calibration (Kull, Silva Filho, Flach, "Beyond sigmoids: How to obtain well-calibrated probabilities from binary
/// classifiers with beta calibration", EJS 11, 2017, algorithm 1): p = 1 / (1 + 1 / (e^c s^a / (1 - s)^b)), fitted as a
/// logistic regression on ln s and -ln(1 - s), with a and b at least 0 so that p never falls.
/// </summary>
/// <param name="A">Power of s; at least 0.</param>
/// <param name="B">Power of 1 / (1 - s); at least 0.</param>
/// <param name="C">Log-odds at which both add nothing.</param>
public sealed record BetaCalibration(double A, double B, double C)
{
    // The smallest and largest score that is not certain; beyond it a float32 sigmoid says nothing more.
    private const double Edge = 1e-7;
    private const int MaxIterations = 100;

    // Knots at equal distances of log-odds: the lines between them lie within 0.2% of the curve.
    private const double KnotDistance = 1.0 / 16;
    private const double KnotReach = 16;

    /// <summary>Fits the parameters.</summary>
    /// <param name="sample">At least one fraud and one legitimate row.</param>
    public static BetaCalibration Fit(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var rows = new (double U, double V)[sample.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Logs(sample.Scores[i]);
        var both = Newton(sample, rows, true, true);
        if (both.A >= 0 && both.B >= 0)
            return both;
        var one = both.A < 0 ? Newton(sample, rows, false, true) : Newton(sample, rows, true, false);
        return one.A >= 0 && one.B >= 0 ? one : Newton(sample, rows, false, false);
    }

    /// <summary>The probability of a score.</summary>
    /// <param name="score">In [0, 1].</param>
    public double Probability(double score)
    {
        var (u, v) = Logs(score);
        return 1 / (1 + Math.Exp(-(A * u + B * v + C)));
    }

    /// <summary>The curve as lines between knots, which is what is stored and applied.</summary>
    public ScoreMap ToMap()
    {
        var (x, y) = (new List<float> { 0 }, new List<float> { 0 });
        for (var logit = -KnotReach; logit <= KnotReach; logit += KnotDistance)
            Add((float)(1 / (1 + Math.Exp(-logit))));
        y[0] = Math.Min((float)Probability(0), y[1]);
        Add(1);
        return new ScoreMap(x.ToArray(), y.ToArray());

        void Add(float score)
        {
            if (score <= x[^1])
                return;
            y.Add(Math.Max((float)Probability(score), y[^1]));
            x.Add(score);
        }
    }

    private double this[int parameter] => parameter switch { 0 => A, 1 => B, _ => C };

    private static (double U, double V) Logs(double score)
    {
        var s = Math.Clamp(score, Edge, 1 - Edge);
        return (Math.Log(s), -Math.Log(1 - s));
    }

    /// <summary>Newton's method on the weighted logarithmic loss, with a step that is halved until it falls.</summary>
    private static BetaCalibration Newton(CalibrationSample sample, (double U, double V)[] rows, bool withA, bool withB)
    {
        int[] free = [.. new[] { (0, withA), (1, withB), (2, true) }.Where(p => p.Item2).Select(p => p.Item1)];
        var at = new BetaCalibration(withA ? 1 : 0, withB ? 1 : 0, 0);
        var (loss, gradient, hessian) = Derivatives(at);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var step = Cholesky.Solve(hessian, gradient);
            var (scale, next) = (1.0, at);
            (double Loss, double[] Gradient, double[][] Hessian) there;
            do
            {
                var values = new[] { at.A, at.B, at.C };
                for (var i = 0; i < free.Length; i++)
                    values[free[i]] -= scale * step[i];
                next = new BetaCalibration(values[0], values[1], values[2]);
                there = Derivatives(next);
                scale /= 2;
            }
            while (!(there.Loss <= loss) && scale > 1e-9);
            if (!(there.Loss < loss))
                break;
            (at, loss, gradient, hessian) = (next, there.Loss, there.Gradient, there.Hessian);
        }

        return at;

        (double Loss, double[] Gradient, double[][] Hessian) Derivatives(BetaCalibration point)
        {
            var sum = 0.0;
            var slope = new double[free.Length];
            double[][] curvature = [.. Enumerable.Range(0, free.Length).Select(i => new double[i + 1])];
            Span<double> values = stackalloc double[3];
            values[2] = 1;
            for (var r = 0; r < rows.Length; r++)
            {
                (values[0], values[1]) = rows[r];
                var margin = point.A * values[0] + point.B * values[1] + point.C;
                var weight = sample.Weight(r);
                var p = 1 / (1 + Math.Exp(-margin));
                var z = sample.Labels[r] ? -margin : margin;
                sum += weight * (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
                for (var i = 0; i < free.Length; i++)
                {
                    slope[i] += weight * (p - (sample.Labels[r] ? 1 : 0)) * values[free[i]];
                    for (var j = 0; j <= i; j++)
                        curvature[i][j] += weight * p * (1 - p) * values[free[i]] * values[free[j]];
                }
            }

            // Scores that are all alike leave the parameters undetermined; this keeps the matrix regular.
            for (var i = 0; i < free.Length; i++)
            {
                sum += 0.5e-6 * point[free[i]] * point[free[i]];
                slope[i] += 1e-6 * point[free[i]];
                curvature[i][i] += 1e-6;
            }

            return (sum, slope, curvature);
        }
    }
}
