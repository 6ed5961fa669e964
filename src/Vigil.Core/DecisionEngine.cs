using Vigil.Core.Decisions;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;

namespace Vigil.Core;

/// <summary>
/// State and a transaction in, a decision out. The same code decides live, replays, backtests and makes the rows that
/// models are trained on, so these cannot disagree. Not thread-safe: one thread owns an engine.
/// </summary>
/// <remarks>
/// The state of an entity is a function of its transactions and labels in their order of acceptance, and of nothing
/// else. An entity that is not in memory is cold: the host restores it from its record before the engine sees its next
/// transaction (<see cref="FindCold"/>, <see cref="Restore"/>), or leaves it, where it knows that there is no record.
/// </remarks>
public sealed class DecisionEngine
{
    private readonly FeatureProgram _program;
    private readonly EntityIndex[] _entities;
    private readonly Row _row;
    private readonly ReasonWriter _reasons;
    private Model? _model;
    private Thresholds _thresholds = Thresholds.Never;

    /// <param name="features">What is computed.</param>
    /// <param name="rules">What decides beside the model.</param>
    /// <param name="seed">
    /// Any number: it places entities in memory and changes no decision. One that outsiders cannot guess keeps them
    /// from slowing the engine down, and from hiding among distinct values, by ids whose hashes collide.
    /// </param>
    /// <exception cref="FeatureSetException">A feature does not compile.</exception>
    /// <exception cref="RuleSetException">A rule does not compile.</exception>
    public DecisionEngine(FeatureSet features, RuleSet rules, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rules.Rules.Count, RuleSet.MaxRules, nameof(rules));
        (FeatureSet, RuleSet) = (features, rules);
        _program = new FeatureProgram(features, rules.Rules);
        _row = new Row(new Transaction(), _program.Aggregates.Count, features.Features.Count);
        _entities = [.. BuildEntities(features, seed)];
        _reasons = new ReasonWriter(features, _program);
    }

    public FeatureSet FeatureSet { get; }

    public RuleSet RuleSet { get; }

    /// <summary>The kinds of entity whose histories the engine keeps.</summary>
    public IEnumerable<EntityKey> Entities => _entities.Select(e => e.Key);

    /// <summary>Entities in memory, over all kinds.</summary>
    public int EntityCount => _entities.Sum(e => e.Count);

    /// <summary>Puts a model in charge, or none.</summary>
    /// <exception cref="ArgumentException">The model takes another number of features than the set has.</exception>
    public void UseModel(Model? model, Thresholds thresholds)
    {
        if (model is not null && model.FeatureCount != FeatureSet.Features.Count)
        {
            throw new ArgumentException(
                $"The model takes {model.FeatureCount} features, the feature set {FeatureSet.Name} has {FeatureSet.Features.Count}.",
                nameof(model));
        }

        _model = model;
        _thresholds = thresholds;
        _reasons.UseModel(model);
    }

    /// <summary>An empty decision of the right size for <see cref="Decide"/>.</summary>
    public Decision NewDecision() => new(FeatureSet.Features.Count);

    /// <summary>Decides a transaction and takes it into the state.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="sequence">Its place in the order of acceptance; larger than any before.</param>
    /// <param name="decision">Receives the decision.</param>
    public void Decide(Transaction transaction, long sequence, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(decision);
        decision.Clear();
        Observe(transaction, sequence);
        _program.Compute(_row);
        for (var i = 0; i < decision.Features.Length; i++)
            decision.Features[i] = (float)_row.Features[i];
        Score(decision);
        Judge(decision);
        if (decision.Outcome != Outcome.Allow)
            _reasons.Write(_row, decision, _thresholds);
    }

    /// <summary>The first kind of entity, from <paramref name="from"/> on, that the transaction names and that is cold.</summary>
    /// <returns>Its number, for <see cref="Warm"/>; -1 when all are in memory.</returns>
    public int FindCold(Transaction transaction, int from = 0)
    {
        for (var i = from; i < _entities.Length; i++)
        {
            if (_entities[i].IsCold(transaction))
                return i;
        }

        return -1;
    }

    /// <summary>Which fields name the entity of a number given by <see cref="FindCold"/>, and how far back its events matter, µs.</summary>
    public (EntityKey Key, long Retention) DescribeEntity(int entity) => (_entities[entity].Key, _entities[entity].Retention);

    /// <summary>Declares the transaction's entity known, with an empty history.</summary>
    public void Warm(int entity, Transaction transaction) => _entities[entity].Add(transaction);

    /// <summary>Takes a transaction of the record into the state of one of its entities only.</summary>
    public void Restore(int entity, Transaction transaction, long sequence)
    {
        _row.Transaction = transaction;
        _entities[entity].Observe(_row, sequence);
    }

    /// <summary>Applies a label to one of its transaction's entities only; see <see cref="ApplyLabel"/>.</summary>
    public void RestoreLabel(int entity, Transaction transaction, in Label label) =>
        _entities[entity].ApplyLabel(transaction, label);

    /// <summary>
    /// Applies a label. It counts for transactions decided from now on, once an entity's event time has reached
    /// <see cref="Label.ObservedAt"/>; it replaces what was recorded of that transaction before it.
    /// </summary>
    /// <param name="transaction">The transaction that is labelled.</param>
    /// <param name="label">What became known of it.</param>
    public void ApplyLabel(Transaction transaction, in Label label)
    {
        foreach (var entity in _entities)
            entity.ApplyLabel(transaction, label);
    }

    /// <summary>Forgets all entities: they are cold again.</summary>
    public void Clear()
    {
        foreach (var entity in _entities)
            entity.Clear();
    }

    private void Observe(Transaction transaction, long sequence)
    {
        _row.Transaction = transaction;
        _row.Score = double.NaN;
        foreach (var entity in _entities)
            entity.Observe(_row, sequence);
    }

    private void Score(Decision decision)
    {
        if (_model is null)
        {
            decision.Degraded = true;
            return;
        }

        decision.Model = _model.Kind;
        decision.Score = _model.Score(decision.Features);
        if (!float.IsFinite(decision.Score))
        {
            decision.Score = float.NaN;
            decision.Degraded = true;
        }

        _row.Score = decision.Score;
    }

    private void Judge(Decision decision)
    {
        // A score that is no number compares as false: rules alone decide, and the decision says that it is degraded.
        decision.Outcome = _thresholds.Judge(decision.Score);
        for (var i = 0; i < _program.Rules.Length; i++)
        {
            if (!_program.Rules[i](_row))
                continue;
            decision.Rules |= 1UL << i;
            if (RuleSet.Rules[i].Outcome > decision.Outcome)
                decision.Outcome = RuleSet.Rules[i].Outcome;
        }
    }

    private IEnumerable<EntityIndex> BuildEntities(FeatureSet features, ulong seed)
    {
        var byEntity = _program.Aggregates.GroupBy(a => a.Key.Entity).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal);
        foreach (var entity in byEntity)
        {
            var groups = entity.GroupBy(a => a.Key.Filter, StringComparer.Ordinal).Select(group => new EventGroup(
                new GroupLayout(group.Select(a => (a.Key, a.Value)), _program.FeatureAggregates, features.Lateness),
                group.Key.Length == 0 ? null : _program.Filters[group.Key],
                features.LabelDelay,
                seed));
            yield return new EntityIndex(entity.Key, [.. groups], seed);
        }
    }
}
