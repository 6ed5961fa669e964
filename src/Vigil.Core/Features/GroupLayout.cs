using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>
/// What a group (the events of an entity that meet one filter) has to keep so that its aggregates can be read:
/// windows, running values, structures; each shared by all aggregates that need it.
/// </summary>
internal sealed class GroupLayout
{
    private readonly Dictionary<(Window, long Reach), WindowLayout> _windows = [];
    private readonly Dictionary<long, List<WindowLayout>> _byDelay = [];
    private readonly Dictionary<long, int> _tails = [];
    private readonly Dictionary<(long Length, long Reach), int> _streaks = [];

    /// <param name="aggregates">What is asked of the group, where it goes, and how far behind the entity's newest event it reaches.</param>
    public GroupLayout(IEnumerable<(Aggregate Aggregate, int Output, long Reach)> aggregates)
    {
        var outputs = aggregates.Select(a => new GroupOutput(
                a.Aggregate, a.Output, WindowOf(a.Aggregate, a.Reach), StreakOf(a.Aggregate, a.Reach),
                a.Aggregate.Distinct is { } field ? DistinctFields.IndexOf(field) : -1))
            .ToList();
        Exclusive = [.. outputs.Where(o => !o.Aggregate.IncludeCurrent)];
        Inclusive = [.. outputs.Where(o => o.Aggregate.IncludeCurrent)];
        Delays = [.. _byDelay.OrderBy(d => d.Key).Select(d => d.Value.ToArray())];
        Streaks = [.. _streaks.Values];
        Retention = outputs.Max(o => o.Window.Reach);
        UsesLabels = outputs.Any(o => o.Aggregate.Kind.LooksAtLastLabels()) || _windows.Values.Any(w => w.Frauds >= 0 || w.Legits >= 0);
    }

    /// <summary>Numbers per entity.</summary>
    public int Numbers { get; private set; }

    /// <summary>Makes the structures of a new entity, in order.</summary>
    public List<Func<object>> Structures { get; } = [];

    /// <summary>Fields whose values are counted.</summary>
    public List<Field> DistinctFields { get; } = [];

    /// <summary>The windows by their delay: those of one delay share a tail.</summary>
    public WindowLayout[][] Delays { get; }

    /// <summary>Offsets of the streaks' numbers, <see cref="Streak.Numbers"/> each.</summary>
    public int[] Streaks { get; }

    /// <summary>Aggregates that do not count the transaction itself.</summary>
    public GroupOutput[] Exclusive { get; }

    /// <summary>Aggregates that do.</summary>
    public GroupOutput[] Inclusive { get; }

    /// <summary>How far back from the entity's newest event events are kept, µs.</summary>
    public long Retention { get; }

    public bool UsesLabels { get; }

    private WindowLayout WindowOf(Aggregate aggregate, long reach)
    {
        if (!_windows.TryGetValue((aggregate.Window, reach), out var window))
        {
            if (!_tails.TryGetValue(aggregate.Window.Delay, out var tail))
                _tails.Add(aggregate.Window.Delay, tail = Numbers++);
            window = new WindowLayout(aggregate.Window, tail, reach) { Head = Numbers++ };
            _windows.Add((aggregate.Window, reach), window);
            if (!_byDelay.TryGetValue(window.Delay, out var sameDelay))
                _byDelay.Add(window.Delay, sameDelay = []);
            sameDelay.Add(window);
        }

        switch (aggregate.Kind)
        {
            case AggregateKind.Std:
                Need(w => w.Sum, (w, at) => w.Sum = at, 2);
                Need(w => w.Squares, (w, at) => w.Squares = at, 2);
                break;
            case AggregateKind.Sum or AggregateKind.Mean:
                Need(w => w.Sum, (w, at) => w.Sum = at, 2);
                break;
            case AggregateKind.FraudCount or AggregateKind.FraudShare:
                Need(w => w.Frauds, (w, at) => w.Frauds = at, 1);
                break;
            case AggregateKind.LegitCount:
                Need(w => w.Legits, (w, at) => w.Legits = at, 1);
                break;
            case AggregateKind.LegitMean or AggregateKind.LegitStd:
                Need(w => w.Legits, (w, at) => w.Legits = at, 1);
                Need(w => w.LegitSum, (w, at) => w.LegitSum = at, 2);
                if (aggregate.Kind == AggregateKind.LegitStd)
                    Need(w => w.LegitSquares, (w, at) => w.LegitSquares = at, 2);
                break;
            case AggregateKind.Min or AggregateKind.Max or AggregateKind.Quantile or AggregateKind.WinsorMean
                or AggregateKind.WinsorStd when window.Ordered < 0:
                window.Ordered = Structures.Count;
                Structures.Add(() => new OrderedUnits());
                break;
            case AggregateKind.Distinct:
                NeedDistinct(window, aggregate.Distinct!.Value);
                break;
        }

        return window;

        void Need(Func<WindowLayout, int> get, Action<WindowLayout, int> set, int size)
        {
            if (get(window) >= 0)
                return;
            set(window, Numbers);
            Numbers += size;
        }
    }

    private void NeedDistinct(WindowLayout window, Field field)
    {
        if (!DistinctFields.Contains(field))
            DistinctFields.Add(field);
        var index = DistinctFields.IndexOf(field);
        if (window.Distinct.Any(d => d.Field == index))
            return;
        window.Distinct.Add((Structures.Count, index));
        Structures.Add(() => new ValueCounts());
    }

    private int StreakOf(Aggregate aggregate, long reach)
    {
        if (!aggregate.Kind.IsAboutStreak())
            return -1;
        if (!_streaks.TryGetValue((aggregate.Window.Length, reach), out var at))
        {
            _streaks.Add((aggregate.Window.Length, reach), at = Numbers);
            Numbers += Streak.Numbers;
        }

        return at;
    }
}

/// <summary>One aggregate, where it goes, and where its running values are.</summary>
/// <param name="Output">Its index among the row's aggregates, behind where those of the group begin.</param>
/// <param name="Streak">Offset of its streak's numbers, or -1.</param>
/// <param name="DistinctField">Index of the field whose values are counted, or -1.</param>
internal sealed record GroupOutput(Aggregate Aggregate, int Output, WindowLayout Window, int Streak, int DistinctField);
