using System.Numerics;
using System.Runtime.InteropServices;
using Vigil.Core.Models;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;

namespace Vigil.Training.Logistic;

/// <summary>
/// Fits a logistic regression by Newton's method, which for this loss is iteratively reweighted least squares (Hastie,
/// Tibshirani, Friedman, "The Elements of Statistical Learning", section 4.4.1), with an L2 penalty and a step that is
/// halved until the loss falls. Sums are taken over fixed chunks of rows and added in order: the number of threads
/// changes no bit.
/// </summary>
public static class LogisticTrainer
{
    private const int Chunk = 8192;

    /// <summary>Fits a model.</summary>
    /// <param name="x">Rows; a missing value counts as its feature's mean.</param>
    /// <param name="labels">1 for fraud, 0 for not; one per row.</param>
    /// <param name="options">How.</param>
    /// <param name="weights">0 or more, one per row; empty for 1.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or rows, labels and weights do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LogisticModel Train(
        FeatureMatrix x,
        ReadOnlySpan<byte> labels,
        LogisticOptions options,
        ReadOnlySpan<float> weights = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        TrainingRows.Check(x, labels, weights, "training");
        var workers = new Workers(options.Threads);
        var fit = new Fit(x, labels.ToArray(), weights.ToArray(), options.L2, workers);
        var beta = new double[x.ColumnCount + 1]; // the bias is last
        var state = fit.Derivatives(beta);
        for (var iteration = 0; iteration < options.MaxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = Cholesky.Solve(state.Hessian, state.Gradient);
            var decrease = 0.5 * Dot(step, state.Gradient) / x.RowCount;
            var scale = 1.0;
            Point next;
            double[] candidate;
            do
            {
                candidate = [.. beta.Zip(step, (b, s) => b - (scale * s))];
                next = fit.Derivatives(candidate);
                scale /= 2;
            }
            while (!(next.Loss <= state.Loss) && scale > 1e-6);
            if (!(next.Loss <= state.Loss))
                break;
            (beta, state) = (candidate, next);
            if (decrease < options.Tolerance)
                break;
        }

        return new LogisticModel(fit.Standard.Means, fit.Standard.Scales, beta[..^1], beta[^1], x.Columns);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The penalised loss and its derivatives at one point.</summary>
    internal sealed record Point(double Loss, double[] Gradient, double[][] Hessian);

    /// <summary>The data of one fit.</summary>
    internal sealed class Fit(FeatureMatrix x, byte[] labels, float[] weights, double l2, Workers workers)
    {
        internal Standardization Standard { get; } = new(x, workers);

        internal Point Derivatives(double[] beta)
        {
            var chunks = new Point[(x.RowCount + Chunk - 1) / Chunk];
            workers.Run(chunks.Length, (c, _) => chunks[c] = Sum(beta, c * Chunk, Math.Min((c + 1) * Chunk, x.RowCount)));
            var total = Empty(beta.Length);
            var loss = 0.0;
            foreach (var chunk in chunks)
            {
                loss += chunk.Loss;
                for (var i = 0; i < beta.Length; i++)
                {
                    total.Gradient[i] += chunk.Gradient[i];
                    for (var j = 0; j <= i; j++)
                        total.Hessian[i][j] += chunk.Hessian[i][j];
                }
            }

            for (var i = 0; i < beta.Length - 1; i++)
            {
                loss += 0.5 * l2 * beta[i] * beta[i];
                total.Gradient[i] += l2 * beta[i];
                total.Hessian[i][i] += l2;
            }

            // Where all rows have one label the bias has no finite optimum; this keeps the matrix regular.
            total.Hessian[^1][beta.Length - 1] += 1e-9;
            return total with { Loss = loss };
        }

        private static Point Empty(int size) =>
            new(0, new double[size], [.. Enumerable.Range(0, size).Select(i => new double[i + 1])]);

        private Point Sum(double[] beta, int begin, int end)
        {
            var sums = Empty(beta.Length);
            var values = new double[beta.Length];
            values[^1] = 1;
            var loss = 0.0;
            for (var r = begin; r < end; r++)
            {
                Standard.Apply(x.Row(r), values);
                var margin = Dot(values, beta);
                var weight = weights.Length == 0 ? 1.0 : weights[r];
                var p = 1 / (1 + Math.Exp(-margin));
                var z = labels[r] == 1 ? -margin : margin;
                loss += weight * (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
                AddScaled(sums.Gradient, values, weight * (p - labels[r]));
                var curvature = weight * p * (1 - p);
                for (var i = 0; i < values.Length; i++)
                {
                    if (values[i] != 0)
                        AddScaled(sums.Hessian[i], values, curvature * values[i]);
                }
            }

            return sums with { Loss = loss };
        }

        /// <summary>to += factor * from, over the length of <paramref name="to"/>.</summary>
        private static void AddScaled(double[] to, double[] from, double factor)
        {
            var i = 0;
            var lanes = MemoryMarshal.Cast<double, Vector<double>>(to.AsSpan());
            var others = MemoryMarshal.Cast<double, Vector<double>>(from.AsSpan(0, to.Length));
            var factors = new Vector<double>(factor);
            for (; i < lanes.Length; i++)
                lanes[i] += factors * others[i];
            for (i *= Vector<double>.Count; i < to.Length; i++)
                to[i] += factor * from[i];
        }
    }
}
