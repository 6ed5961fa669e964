using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Cli.Host;

/// <summary>
/// The vectors of stored transactions by a feature set: those that decided, where it was this set all along, else
/// computed anew by the engine, labels at the moment each was applied.
/// </summary>
internal sealed class StoredVectors : IDisposable
{
    private readonly DecisionEngine? _engine;
    private readonly Decision? _decision;
    private readonly LabelReader? _labels;
    private readonly Transaction _transaction = new();
    private bool _hasLabel;

    public StoredVectors(Store store, FeatureSet features)
    {
        if (store.Engines().Values.All(engine => engine.FeatureSetHash == features.Hash))
            return;
        _engine = new DecisionEngine(features);
        _decision = _engine.NewDecision();
        _labels = store.ReadLabels();
        _hasLabel = _labels.Read();
    }

    /// <summary>Whether the vectors that decided are of this set, so that a reader may begin anywhere.</summary>
    public bool AreStored => _engine is null;

    /// <summary>The vector of the next transaction; valid until the next call.</summary>
    /// <param name="rows">A reader that began at the first transaction, unless <see cref="AreStored"/>, and has just moved on by one.</param>
    public ReadOnlySpan<float> Of(DecisionCursor rows)
    {
        if (_engine is null)
            return rows.Features;
        for (; _hasLabel && _labels!.Id <= rows.Provenance.LabelId; _hasLabel = _labels.Read())
        {
            Decode(_labels.Payload);
            _engine.ApplyLabel(_transaction, new Label(_labels.Id, _labels.Sequence, _labels.IsFraud, _labels.ObservedAt));
        }

        Decode(rows.Payload);
        _engine.Decide(_transaction, rows.Sequence, _decision!);
        return _decision!.Features;
    }

    public void Dispose() => _labels?.Dispose();

    private void Decode(ReadOnlySpan<byte> payload)
    {
        if (!TransactionJson.TryDecode(payload, _transaction, out var rejection))
            throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
    }
}
