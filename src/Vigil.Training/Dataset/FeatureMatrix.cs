namespace Vigil.Training.Dataset;

/// <summary>Feature vectors of many transactions, shape (rows, columns), row-major; NaN is a missing value.</summary>
public sealed class FeatureMatrix
{
    private readonly float[] _values;

    /// <param name="columns">Names of the features, in order.</param>
    /// <param name="values">Row-major values; the length is a multiple of the number of columns. Not copied.</param>
    public FeatureMatrix(IReadOnlyList<string> columns, float[] values)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count, nameof(columns));
        if (values.Length % columns.Count != 0)
            throw new ArgumentException($"{values.Length} values do not fill rows of {columns.Count} columns.", nameof(values));
        Columns = columns;
        _values = values;
    }

    public IReadOnlyList<string> Columns { get; }

    public int ColumnCount => Columns.Count;

    public int RowCount => _values.Length / Columns.Count;

    /// <summary>All values, row-major.</summary>
    public ReadOnlySpan<float> Values => _values;

    public ReadOnlySpan<float> Row(int index) => _values.AsSpan(index * ColumnCount, ColumnCount);
}
