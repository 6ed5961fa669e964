using Vigil.Training.Dataset;

namespace Vigil.Training.Learning;

/// <summary>Feature vectors of past transactions with what is known of them, in order of event time or close to it.</summary>
public sealed class LabelledHistory
{
    private const int RowsPerChunk = 8192;

    private readonly IReadOnlyList<string> _columns;
    private readonly List<float[]> _chunks = [];
    private readonly List<long> _times = [];
    private readonly List<sbyte> _labels = [];
    private readonly List<long> _sequences = [];

    // Only where one is not 1.
    private List<float>? _weights;

    /// <param name="columns">Names of the features.</param>
    public LabelledHistory(IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns;
    }

    /// <summary>Names of the features.</summary>
    public IReadOnlyList<string> Columns => _columns;

    public int Count => _times.Count;

    public int Frauds { get; private set; }

    /// <summary>Rows whose label is known.</summary>
    public int Labelled { get; private set; }

    /// <summary>Event time of a row, microseconds.</summary>
    public long Time(int row) => _times[row];

    /// <summary>Its number in the order of acceptance, as the database has it.</summary>
    public long Sequence(int row) => _sequences[row];

    /// <summary>The label; null where none is known.</summary>
    public bool? Label(int row) => _labels[row] < 0 ? null : _labels[row] == 1;

    /// <summary>How many payments its label speaks for.</summary>
    public float Weight(int row) => _weights is null ? 1 : _weights[row];

    /// <summary>The features of a row.</summary>
    public ReadOnlySpan<float> Row(int row) =>
        _chunks[row / RowsPerChunk].AsSpan(row % RowsPerChunk * _columns.Count, _columns.Count);

    /// <summary>Adds a row.</summary>
    /// <param name="time">Event time, microseconds.</param>
    /// <param name="features">Its vector; copied.</param>
    /// <param name="isFraud">The label, where it is known by now.</param>
    /// <param name="sequence">Its number in the order of acceptance, above that of the row before; null counts rows.</param>
    /// <param name="weight">How many payments the label speaks for, above 0: of a control group, one by its propensity.</param>
    public void Add(long time, ReadOnlySpan<float> features, bool? isFraud, long? sequence = null, double weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        if (weight != 1)
            _weights ??= [.. Enumerable.Repeat(1f, Count)];
        _weights?.Add((float)weight);
        if (features.Length != _columns.Count)
            throw new ArgumentException($"The row has {features.Length} features, the others have {_columns.Count}.", nameof(features));
        if (Count % RowsPerChunk == 0)
            _chunks.Add(new float[RowsPerChunk * _columns.Count]);
        features.CopyTo(_chunks[^1].AsSpan(Count % RowsPerChunk * _columns.Count));
        _sequences.Add(sequence ?? Count);
        _times.Add(time);
        _labels.Add(isFraud switch { null => -1, false => 0, true => 1 });
        Labelled += isFraud is null ? 0 : 1;
        Frauds += isFraud == true ? 1 : 0;
    }

    /// <summary>The rows of these numbers as a matrix, in their order.</summary>
    public FeatureMatrix Matrix(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var values = new float[rows.Count * _columns.Count];
        for (var i = 0; i < rows.Count; i++)
            Row(rows[i]).CopyTo(values.AsSpan(i * _columns.Count));
        return new FeatureMatrix(_columns, values);
    }

    /// <summary>1 for fraud, 0 for not, of rows that are labelled.</summary>
    public byte[] Labels(IReadOnlyList<int> rows) => [.. rows.Select(r => (byte)_labels[r])];
}
