using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection.Backtest;

/// <summary>The state of a backtest's rules, moved on through the record: transactions, labels and lists as they were.</summary>
internal sealed class BacktestTrack : IDisposable
{
    private readonly DecisionEngine _rules;
    private readonly DecisionEngine? _features;
    private readonly Decision? _vector;
    private readonly LabelReader _labels;
    private readonly ListChangeReader _lists;
    private readonly Transaction _labelled = new();
    private bool _hasLabel;
    private bool _hasChange;

    /// <param name="store">The database.</param>
    /// <param name="program">The rules.</param>
    /// <param name="isStored">Whether all vectors are stored; otherwise features are computed from the first transaction on.</param>
    public BacktestTrack(Store store, RuleProgram program, bool isStored)
    {
        _rules = new DecisionEngine(program.FeatureSet, hasFeatureState: false);
        _rules.UseRules(program);
        _rules.AddColdWindows();
        Decision = _rules.NewDecision();
        if (!isStored)
        {
            _features = new DecisionEngine(program.FeatureSet);
            _vector = _features.NewDecision();
        }

        _labels = store.ReadLabels();
        _lists = store.ReadListChanges();
        _hasLabel = _labels.Read();
        _hasChange = _lists.Read();
    }

    /// <summary>What the rules made of the last transaction that was judged.</summary>
    public Decision Decision { get; }

    /// <summary>Takes in a transaction, and judges it where it belongs to the period.</summary>
    /// <param name="batch">Has it.</param>
    /// <param name="i">Its place there.</param>
    /// <param name="from">First event time of the period.</param>
    /// <returns>Whether it was judged.</returns>
    public bool Judge(BacktestBatch batch, int i, long from)
    {
        var (transaction, sequence, provenance) = (batch.Transaction(i), batch.Sequence(i), batch.Provenance(i));
        ApplyLabels(provenance.LabelId);
        ApplyLists(provenance.ListChangeId);
        _features?.Decide(transaction, sequence, _vector!);
        if (transaction.Time < from)
        {
            _rules.Observe(transaction, sequence);
            return false;
        }

        var features = batch.Features(i);
        _rules.Judge(
            transaction, sequence, features.IsEmpty ? _vector!.Features : features, batch.Row(i).Score, ModelKind.None,
            Thresholds.Never, Decision);
        return true;
    }

    public void Dispose()
    {
        _labels.Dispose();
        _lists.Dispose();
    }

    private void ApplyLabels(long upToId)
    {
        for (; _hasLabel && _labels.Id <= upToId; _hasLabel = _labels.Read())
        {
            StoredTransaction.Decode(_labels.Payload, _labelled);
            var label = new Label(_labels.Id, _labels.Sequence, _labels.IsFraud, _labels.ObservedAt);
            _rules.ApplyLabel(_labelled, label);
            _features?.ApplyLabel(_labelled, label);
        }
    }

    private void ApplyLists(long upToId)
    {
        for (; _hasChange && _lists.Id <= upToId; _hasChange = _lists.Read())
        {
            long? expires = _lists.ExpiresAt == long.MaxValue ? null : _lists.ExpiresAt;
            _rules.Lists.Apply(new ListChange(_lists.Id, _lists.List, _lists.Type, _lists.Value, _lists.Added, expires));
        }
    }
}
