namespace Vigil.Training.Comparison;

/// <summary>Rows of one stretch of time with the honest scores of several models and what is known of the rows.</summary>
/// <param name="models">Number of models.</param>
public sealed class JudgedRows(int models)
{
    /// <summary>Rows that are kept as vectors, to time the models by.</summary>
    public const int MaxSamples = 512;

    private readonly List<float>[] _scores = [.. Enumerable.Range(0, models).Select(_ => new List<float>())];
    private readonly List<float>[] _heldOut = [.. Enumerable.Range(0, models).Select(_ => new List<float>())];
    private readonly List<float[]>[] _samples = [.. Enumerable.Range(0, models).Select(_ => new List<float[]>())];
    private readonly List<long> _times = [];
    private readonly List<long> _units = [];
    private readonly List<sbyte> _labels = [];
    private readonly List<float> _weights = [];

    public int Count => _times.Count;

    /// <summary>Known frauds.</summary>
    public int Frauds { get; private set; }

    /// <summary>Rows whose label is known.</summary>
    public int Labelled { get; private set; }

    /// <summary>Event time of each row, microseconds.</summary>
    public IReadOnlyList<long> Times => _times;

    /// <summary>Amount of each row in 1/10,000 of the major unit.</summary>
    public IReadOnlyList<long> Units => _units;

    /// <summary>Whether a row is fraud; null where that is not known.</summary>
    public bool? Label(int row) => _labels[row] < 0 ? null : _labels[row] == 1;

    /// <summary>How many payments the label of a row speaks for.</summary>
    public float Weight(int row) => _weights[row];

    /// <summary>Scores by a model.</summary>
    public IReadOnlyList<float> Scores(int model) => _scores[model];

    /// <summary>The same, calibrated by other rows.</summary>
    public IReadOnlyList<float> HeldOut(int model) => _heldOut[model];

    /// <summary>Some vectors of a model.</summary>
    public IReadOnlyList<float[]> Samples(int model) => _samples[model];

    /// <summary>Days between the first row and the last, at least 1.</summary>
    public double Days => Count == 0 ? 1 : Math.Max(1, (_times.Max() - _times.Min()) / (double)Core.Transactions.Timestamp.Day);

    /// <summary>Adds a row.</summary>
    /// <param name="time">Event time, microseconds.</param>
    /// <param name="units">Amount in 1/10,000 of the major unit.</param>
    /// <param name="isFraud">The label, where it is known.</param>
    /// <param name="scores">By each model.</param>
    /// <param name="weight">How many payments the label speaks for, above 0: of a control group, one by its propensity.</param>
    public void Add(long time, long units, bool? isFraud, ReadOnlySpan<(float Score, float HeldOut)> scores, double weight = 1)
    {
        _weights.Add((float)weight);
        for (var i = 0; i < scores.Length; i++)
        {
            _scores[i].Add(scores[i].Score);
            _heldOut[i].Add(scores[i].HeldOut);
        }

        _times.Add(time);
        _units.Add(units);
        _labels.Add(isFraud switch { null => -1, false => 0, true => 1 });
        Labelled += isFraud is null ? 0 : 1;
        Frauds += isFraud == true ? 1 : 0;
    }

    /// <summary>Keeps a vector, as long as few are kept.</summary>
    public void Sample(int model, ReadOnlySpan<float> row)
    {
        if (_samples[model].Count < MaxSamples)
            _samples[model].Add(row.ToArray());
    }

    /// <summary>The rows whose label is known.</summary>
    public int[] LabelledRows() => [.. Enumerable.Range(0, Count).Where(i => _labels[i] >= 0)];
}
