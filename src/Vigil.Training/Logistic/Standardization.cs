using Vigil.Training.Dataset;

namespace Vigil.Training.Logistic;

/// <summary>Mean and standard deviation of each feature over the rows that have it; weights do not count here.</summary>
internal sealed class Standardization
{
    internal Standardization(FeatureMatrix x, Workers workers)
    {
        Means = new double[x.ColumnCount];
        Scales = new double[x.ColumnCount];
        workers.Run(x.ColumnCount, (c, _) => Measure(x, c));
    }

    internal double[] Means { get; }

    /// <summary>1 where a feature does not vary: its standardised value is 0 everywhere.</summary>
    internal double[] Scales { get; }

    /// <summary>Writes a row's standardised values; missing ones as 0, the mean.</summary>
    internal void Apply(ReadOnlySpan<float> row, Span<double> values)
    {
        for (var j = 0; j < row.Length; j++)
            values[j] = float.IsNaN(row[j]) ? 0 : (row[j] - Means[j]) / Scales[j];
    }

    private void Measure(FeatureMatrix x, int column)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < x.RowCount; i++)
        {
            var value = x.Row(i)[column];
            if (float.IsNaN(value))
                continue;
            if (!float.IsFinite(value))
                throw new ArgumentException($"Row {i} has an infinite {x.Columns[column]}; a logistic regression needs finite values.");
            sum += value;
            count++;
        }

        var mean = count > 0 ? sum / count : 0;
        double squares = 0;
        for (var i = 0; i < x.RowCount; i++)
        {
            var value = x.Row(i)[column];
            if (!float.IsNaN(value))
                squares += (value - mean) * (value - mean);
        }

        var scale = count > 0 ? Math.Sqrt(squares / count) : 0;
        Means[column] = mean;
        Scales[column] = scale > 1e-12 * Math.Max(1, Math.Abs(mean)) ? scale : 1;
    }
}
