using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection.Backtest;

/// <summary>Some transactions of the record on their way from the thread that reads to the one that evaluates. Used again and again.</summary>
internal sealed class BacktestBatch(int features)
{
    private const int Size = 512;

    private readonly Transaction[] _transactions = [.. Enumerable.Range(0, Size).Select(_ => new Transaction())];
    private readonly float[] _features = new float[Size * features];
    private readonly BacktestRow[] _rows = new BacktestRow[Size];
    private readonly long[] _sequences = new long[Size];
    private readonly Provenance[] _provenances = new Provenance[Size];
    private readonly bool[] _hasVector = new bool[Size];

    public int Count { get; private set; }

    /// <summary>Whether there may be more behind it. A reader that has come to its end must not be asked again.</summary>
    public bool IsFull => Count == Size;

    public Transaction Transaction(int i) => _transactions[i];

    public BacktestRow Row(int i) => _rows[i];

    public long Sequence(int i) => _sequences[i];

    public Provenance Provenance(int i) => _provenances[i];

    /// <summary>The stored vector; empty where another feature set decided.</summary>
    public ReadOnlySpan<float> Features(int i) => _hasVector[i] ? _features.AsSpan(i * features, features) : default;

    /// <summary>Takes the next transactions of the record.</summary>
    /// <param name="rows">Where they come from.</param>
    /// <param name="hasVector">Whether the vectors of an engine id are of the features wanted.</param>
    public void Fill(DecisionCursor rows, Func<long, bool> hasVector)
    {
        Count = 0;
        while (Count < Size && rows.Read())
        {
            StoredTransaction.Decode(rows.Payload, _transactions[Count]);
            _sequences[Count] = rows.Sequence;
            _provenances[Count] = rows.Provenance;
            _hasVector[Count] = hasVector(_provenances[Count].EngineId);
            if (_hasVector[Count])
                rows.Features.CopyTo(_features.AsSpan(Count * features, features));
            _rows[Count] = new BacktestRow(
                rows.Time, _transactions[Count].Amount.Units, rows.Score, rows.IsFraud,
                rows.Outcome != Core.Decisions.Outcome.Allow);
            Count++;
        }
    }
}
