using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Training.Rules;

/// <summary>
/// Past transactions as rules see them: features, amount and the text fields of few values, with what is known of each
/// by when. In order of event time or close to it.
/// </summary>
public sealed class RuleHistory
{
    private const int RowsPerChunk = 8_192;

    /// <summary>A field with more values than this is an identifier to rules; its column is given up.</summary>
    private const int MostValues = 200;

    /// <summary>Fields that name a person, a thing or a place on the way: never a condition, however few there are.</summary>
    private static readonly Field[] Identifiers =
        [Field.TransactionId, Field.AccountId, Field.CardId, Field.DeviceId, Field.Ip, Field.Email];

    private readonly List<float[]> _features = [];
    private readonly List<long> _times = [];
    private readonly List<long> _units = [];
    private readonly List<long> _known = [];
    private readonly List<RowFlags> _flags = [];
    private readonly List<TextColumn> _texts;

    /// <param name="features">The set whose vectors come with the rows.</param>
    public RuleHistory(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        Features = features;
        _texts = [.. Enum.GetValues<Field>().Except(Identifiers).Select(field => new TextColumn(field))];
    }

    public FeatureSet Features { get; }

    public int Count => _times.Count;

    /// <summary>Event time of a row, µs.</summary>
    public long Time(int row) => _times[row];

    /// <summary>Amount of a row in 1/10,000 of the major unit.</summary>
    public long Units(int row) => _units[row];

    /// <summary>When the row's label became known, µs; <see cref="long.MaxValue"/> where there is none.</summary>
    public long KnownAt(int row) => _known[row];

    /// <summary>Whether the row is a fraud, by the label there is.</summary>
    public bool IsFraud(int row) => (_flags[row] & RowFlags.Fraud) != 0;

    /// <summary>Whether the transaction was reviewed or blocked when it came.</summary>
    public bool WasFlagged(int row) => (_flags[row] & RowFlags.Flagged) != 0;

    /// <summary>Adds a transaction.</summary>
    /// <param name="transaction">Its fields; copied.</param>
    /// <param name="features">Its vector; copied.</param>
    /// <param name="isFraud">The label; null for none.</param>
    /// <param name="knownAt">When the label became known, µs.</param>
    /// <param name="flagged">Whether it was reviewed or blocked.</param>
    public void Add(Transaction transaction, ReadOnlySpan<float> features, bool? isFraud, long knownAt, bool flagged)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var width = Features.Features.Count;
        if (features.Length != width)
            throw new ArgumentException($"The row has {features.Length} features, the set {Features.Name} has {width}.", nameof(features));
        if (Count % RowsPerChunk == 0)
            _features.Add(new float[RowsPerChunk * width]);
        features.CopyTo(_features[^1].AsSpan(Count % RowsPerChunk * width));
        foreach (var text in _texts)
            text.Add(Count, transaction[text.Field]);
        _texts.RemoveAll(text => text.Values.Count > MostValues);
        _times.Add(transaction.Time);
        _units.Add(transaction.Amount.Units);
        _known.Add(isFraud is null ? long.MaxValue : knownAt);
        _flags.Add((isFraud == true ? RowFlags.Fraud : 0) | (flagged ? RowFlags.Flagged : 0));
    }

    /// <summary>A feature of a row; NaN is missing.</summary>
    internal float Feature(int row, int feature) =>
        _features[row / RowsPerChunk][row % RowsPerChunk * Features.Features.Count + feature];

    /// <summary>The text fields that have few values.</summary>
    internal IReadOnlyList<TextColumn> Texts => _texts;

    [Flags]
    private enum RowFlags : byte
    {
        Fraud = 1,
        Flagged = 2,
    }
}
