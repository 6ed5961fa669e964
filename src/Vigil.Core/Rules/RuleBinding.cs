using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;

namespace Vigil.Core.Rules;

/// <summary>A program tied to the windows and lists of one engine.</summary>
public sealed class RuleBinding
{
    private readonly int[] _slots;
    private readonly int[] _visible;
    private readonly long[] _since;
    private readonly long[] _spans;
    private readonly int _missing;
    private readonly bool _isWhole;

    /// <param name="program">The program.</param>
    /// <param name="slots">Where in a row each of its aggregates is.</param>
    /// <param name="windows">What each of them has seen.</param>
    /// <param name="missing">A slot that is always missing.</param>
    /// <param name="lists">The engine's lists.</param>
    internal RuleBinding(RuleProgram program, int[] slots, IReadOnlyList<RuleWindow> windows, int missing, ListCatalog lists)
    {
        (Program, _slots, Windows, _missing) = (program, slots, windows, missing);
        _visible = [.. slots];
        _since = [.. windows.Select(w => w.Since ?? long.MaxValue)];
        _spans = [.. windows.Select(w => FeatureProgram.SpanOf(w.Aggregate))];
        _isWhole = windows.All(w => w.IsWhole);
        Lists = [.. program.Lists.Select(lists.Get)];
        Snoozes = [.. program.RuleSet.Rules.Select(rule => lists.Get(ListCatalog.SnoozePrefix + rule.Name))];
    }

    public RuleProgram Program { get; }

    /// <summary>By the program's aggregates: what each has seen.</summary>
    public IReadOnlyList<RuleWindow> Windows { get; }

    internal ValueList[] Lists { get; }

    /// <summary>By rule: whom it spares.</summary>
    internal ValueList[] Snoozes { get; }

    /// <summary>Where the aggregates are for a transaction of an event time; a window that begins before it is warm is missing.</summary>
    internal int[] SlotsAt(long time)
    {
        if (_isWhole)
            return _slots;
        for (var i = 0; i < _slots.Length; i++)
            _visible[i] = time - _spans[i] < _since[i] ? _missing : _slots[i];
        return _visible;
    }
}
