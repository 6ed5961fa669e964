using Vigil.Core.Expressions;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// The windows of rules over one kind of entity and one filter, kept apart from those of features: rules come and go
/// while features stay. Filled beside an engine, on any one thread, and then given to it.
/// </summary>
public sealed class RuleGroup
{
    private readonly EntityIndex _index;
    private readonly EventGroup _group;
    private readonly Dictionary<Aggregate, int> _outputs;
    private readonly Row _row;

    /// <param name="program">Has the aggregates.</param>
    /// <param name="aggregates">What is kept: of one entity and one filter.</param>
    /// <param name="warmSince">
    /// Event time from which on the group is given every transaction, µs; <see cref="long.MinValue"/> for the whole record.
    /// </param>
    /// <param name="seed">As of <see cref="DecisionEngine"/>.</param>
    public RuleGroup(RuleProgram program, IReadOnlyList<Aggregate> aggregates, long warmSince, ulong seed = 0)
        : this(program, aggregates, warmSince, seed, isRestored: false)
    {
    }

    internal RuleGroup(RuleProgram program, IReadOnlyList<Aggregate> aggregates, long warmSince, ulong seed, bool isRestored)
    {
        IsRestored = isRestored;
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(aggregates);
        (Aggregates, WarmSince) = (aggregates, warmSince);
        (Entity, Filter) = (aggregates[0].Entity, aggregates[0].Filter);
        _outputs = aggregates.Select((a, i) => (a, i)).ToDictionary(p => p.a, p => p.i);
        var features = FeatureSet = program.FeatureSet;
        _group = new EventGroup(
            new GroupLayout(aggregates.Select((a, i) => (a, i, features.Program.ReachOf(a)))),
            Filter.Length == 0 ? null : program.Filters[Filter],
            features.LabelDelay,
            seed);
        _index = new EntityIndex(Entity, [_group], seed);
        _row = new Row(new Transaction(), aggregates.Count, 0);
    }

    /// <summary>The feature set whose label delay and lateness hold.</summary>
    public FeatureSet FeatureSet { get; }

    public EntityKey Entity { get; }

    /// <summary>Canonical text of the condition that an event meets to count; empty for all.</summary>
    public string Filter { get; }

    public IReadOnlyList<Aggregate> Aggregates { get; }

    /// <summary>
    /// Event time from which on it knows every transaction, µs: a window that begins before it is missing.
    /// <see cref="long.MinValue"/> where it knows the whole record.
    /// </summary>
    public long WarmSince { get; private set; }

    /// <summary>How far back from an entity's newest event its events matter, µs.</summary>
    public long Retention => _index.Retention;

    /// <summary>Entities in memory.</summary>
    public int EntityCount => _index.Count;

    /// <summary>
    /// Whether entities are restored one by one when they are needed; otherwise one that is not in memory has no record.
    /// </summary>
    internal bool IsRestored { get; private set; }

    /// <summary>Whether it is kept whatever rules decide.</summary>
    internal bool IsPinned { get; set; }

    internal EntityIndex Index => _index;

    /// <summary>Where its aggregates begin among those of a row.</summary>
    internal int Base
    {
        get => _group.Base;
        set => _group.Base = value;
    }

    /// <summary>Takes in a transaction of the record. Not once an engine has the group.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="sequence">Its place in the order of acceptance; larger than any before.</param>
    public void Observe(Transaction transaction, long sequence)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.Time < WarmSince)
            return;
        _row.Transaction = transaction;
        _index.Observe(_row, sequence);
    }

    /// <summary>Takes in a label of a transaction that was taken in. Not once an engine has the group.</summary>
    public void ApplyLabel(Transaction transaction, in Label label) => _index.ApplyLabel(transaction, label);

    internal int? Find(Aggregate aggregate) => _outputs.TryGetValue(aggregate, out var output) ? output : null;

    /// <summary>Forgets all entities. It knows the whole record then, as each is restored when it is next needed.</summary>
    internal void Clear()
    {
        _index.Clear();
        WarmSince = long.MinValue;
        IsRestored = true;
    }
}
