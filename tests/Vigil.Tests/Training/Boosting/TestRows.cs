using Vigil.Training.Dataset;

namespace Vigil.Tests.Training.Boosting;

/// <summary>Made-up rows with ties, missing values and a few features that matter.</summary>
internal static class TestRows
{
    internal static (FeatureMatrix X, byte[] Labels) Make(int rows, int columns, int seed, int distinct = int.MaxValue, double missing = 0.1)
    {
        var random = new Random(seed);
        var values = new float[rows * columns];
        var labels = new byte[rows];
        for (var i = 0; i < rows; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            foreach (ref var value in row)
                value = distinct == int.MaxValue ? (float)Math.Round(10 * random.NextDouble() * random.NextDouble(), 3) : random.Next(distinct);
            var score = -2.5 + (row[0] > row[1] ? 1.5 : 0) + (row[2 % columns] > 4 ? 1 : 0);
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-score)) ? (byte)1 : (byte)0;
            foreach (ref var value in row)
            {
                if (random.NextDouble() < missing)
                    value = float.NaN;
            }
        }

        return (new FeatureMatrix([.. Enumerable.Range(0, columns).Select(c => $"f{c}")], values), labels);
    }
}
