using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>
/// The windows that rules read, beside those of features, and the program that reads them now. A group of windows is
/// kept while the program or the one before it needs it, so that a rollback is warm at once.
/// </summary>
internal sealed class RuleWindows
{
    private readonly Row _row;
    private readonly EntityIndex[] _features;
    private readonly IReadOnlyDictionary<Aggregate, int> _featureSlots;
    private List<RuleGroup> _groups = [];
    private HashSet<Aggregate> _former = [];

    /// <param name="row">Receives the aggregates: first those of features, then one that is always missing, then those of rules.</param>
    /// <param name="features">The state of features.</param>
    /// <param name="featureSlots">Where in the row its aggregates are.</param>
    /// <param name="seed">As of the engine.</param>
    /// <param name="lists">What rules look into.</param>
    public RuleWindows(Row row, EntityIndex[] features, IReadOnlyDictionary<Aggregate, int> featureSlots, ulong seed, ListCatalog lists)
    {
        (_row, _features, _featureSlots, Seed, Lists) = (row, features, featureSlots, seed, lists);
        Place();
        Binding = null!;
    }

    public ulong Seed { get; }

    public RuleBinding Binding { get; private set; }

    public ListCatalog Lists { get; }

    /// <summary>The kinds of entity that are restored one by one, each with all that keeps them.</summary>
    public EntityKind[] Kinds { get; private set; } = [];

    private int MissingSlot => _featureSlots.Count;

    public void Use(RuleProgram program)
    {
        if (Binding is not null)
            _former = [.. Binding.Program.Aggregates];
        Binding = Bind(program);
        Trim();
    }

    public void Use(RuleBinding binding) => Binding = binding;

    public RuleBinding Bind(RuleProgram program, Func<Aggregate, long?> since)
    {
        var slots = program.Aggregates.Select(SlotOf).ToArray();
        return new RuleBinding(
            program, slots, [.. program.Aggregates.Select((a, i) => new RuleWindow(a, slots[i] == MissingSlot ? null : since(a)))],
            MissingSlot, Lists);
    }

    public IReadOnlyList<IReadOnlyList<Aggregate>> Missing() =>
    [
        .. Binding.Windows.Where(w => w.Since is null).GroupBy(w => (w.Aggregate.Entity, w.Aggregate.Filter))
            .Select(g => (IReadOnlyList<Aggregate>)[.. g.Select(w => w.Aggregate)]),
    ];

    public void Add(RuleGroup group)
    {
        _groups.Add(group);
        Place();
        Binding = Bind(Binding.Program);
        Trim();
    }

    public double ValueOf(Aggregate aggregate) => _row.Aggregates[SlotOf(aggregate)];

    public void Observe(Row row, long sequence)
    {
        foreach (var group in _groups)
        {
            if (row.Transaction.Time >= group.WarmSince)
                group.Index.Observe(row, sequence);
        }
    }

    /// <summary>As <see cref="Observe"/>, but leaves cold what is restored when it is needed.</summary>
    public void ObserveIfWarm(Row row, long sequence)
    {
        foreach (var group in _groups)
        {
            if (group.IsRestored)
                group.Index.ObserveIfWarm(row, sequence);
            else if (row.Transaction.Time >= group.WarmSince)
                group.Index.Observe(row, sequence);
        }
    }

    public void ApplyLabel(Transaction transaction, in Label label)
    {
        foreach (var group in _groups)
            group.Index.ApplyLabel(transaction, label);
    }

    public int FindCold(Transaction transaction, int from)
    {
        for (var i = from; i < Kinds.Length; i++)
        {
            if (Kinds[i].FindCold(transaction))
                return i;
        }

        return -1;
    }

    public void Clear(Func<EntityKey, bool> canRestore)
    {
        _groups = [.. _groups.Where(group => canRestore(group.Entity))];
        foreach (var group in _groups)
            group.Clear();
        Place();
        Binding = Bind(Binding.Program);
    }

    private RuleBinding Bind(RuleProgram program) =>
        Bind(program, aggregate => _featureSlots.ContainsKey(aggregate) ? long.MinValue : BestOf(aggregate)!.WarmSince);

    private int SlotOf(Aggregate aggregate)
    {
        if (_featureSlots.TryGetValue(aggregate, out var slot))
            return slot;
        return BestOf(aggregate) is { } group ? group.Base + group.Find(aggregate)!.Value : MissingSlot;
    }

    /// <summary>Of the groups that keep an aggregate, the one that has seen most.</summary>
    private RuleGroup? BestOf(Aggregate aggregate)
    {
        RuleGroup? best = null;
        foreach (var group in _groups)
        {
            if (group.Find(aggregate) is not null && (best is null || group.WarmSince < best.WarmSince))
                best = group;
        }

        return best;
    }

    /// <summary>Drops the groups that neither the program nor the one before it reads.</summary>
    private void Trim()
    {
        var needed = Binding.Program.Aggregates.Concat(_former).Select(BestOf).ToHashSet();
        if (_groups.TrueForAll(group => group.IsPinned || needed.Contains(group)))
            return;
        _groups = [.. _groups.Where(group => group.IsPinned || needed.Contains(group))];
        Place();
        Binding = Bind(Binding.Program);
    }

    private void Place()
    {
        var next = MissingSlot + 1;
        foreach (var group in _groups)
        {
            group.Base = next;
            next += group.Aggregates.Count;
        }

        if (_row.Aggregates.Length != next)
            _row.Aggregates = new double[next];
        _row.Aggregates[MissingSlot] = double.NaN;
        Kinds =
        [
            .. _features.Concat(_groups.Where(g => g.IsRestored).Select(g => g.Index))
                .GroupBy(index => index.RecordKey).Select(kind => new EntityKind(kind.Key, [.. kind])),
        ];
    }
}
