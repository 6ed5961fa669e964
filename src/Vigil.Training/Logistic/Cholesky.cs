namespace Vigil.Training.Logistic;

/// <summary>Solves symmetric positive definite equations.</summary>
internal static class Cholesky
{
    /// <summary>Solves A x = b.</summary>
    /// <param name="lower">The lower triangle of A, by rows of growing length; overwritten.</param>
    /// <param name="b">The right side.</param>
    /// <exception cref="ArgumentException">A is not positive definite.</exception>
    internal static double[] Solve(double[][] lower, double[] b)
    {
        var n = b.Length;
        var x = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = lower[i][j];
                for (var k = 0; k < j; k++)
                    sum -= lower[i][k] * lower[j][k];
                if (i > j)
                    lower[i][j] = sum / lower[j][j];
                else if (sum > 0)
                    lower[i][i] = Math.Sqrt(sum);
                else
                    throw new ArgumentException("The features are collinear beyond what the L2 penalty can resolve; raise L2.");
            }

            var y = b[i];
            for (var k = 0; k < i; k++)
                y -= lower[i][k] * x[k];
            x[i] = y / lower[i][i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                x[i] -= lower[k][i] * x[k];
            x[i] /= lower[i][i];
        }

        return x;
    }
}
