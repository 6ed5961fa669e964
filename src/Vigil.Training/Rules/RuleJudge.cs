using Vigil.Core.Transactions;

namespace Vigil.Training.Rules;

/// <summary>Says of rules, one after the other, how they did in a period.</summary>
/// <param name="history">All rows.</param>
/// <param name="columns">What the rules are about.</param>
/// <param name="rows">Those of the period.</param>
/// <param name="knownBy">Labels known by then count, µs.</param>
/// <param name="days">Length of the period.</param>
internal sealed class RuleJudge(
    RuleHistory history, IReadOnlyList<RuleColumn> columns, List<int> rows, long knownBy, double days)
{
    private readonly bool[] _matchedBefore = new bool[rows.Count];

    /// <summary>Judges the next rule; what is new is counted over all that were judged before it.</summary>
    public RuleQuality Judge(Conjunction rule)
    {
        var quality = Judge(i => rule.Matches(columns, rows[i]));
        for (var i = 0; i < rows.Count; i++)
            _matchedBefore[i] |= rule.Matches(columns, rows[i]);
        return quality;
    }

    /// <summary>All rules judged so far, as one.</summary>
    public RuleQuality Together()
    {
        var matched = _matchedBefore.ToArray();
        Array.Clear(_matchedBefore);
        return Judge(i => matched[i]);
    }

    private RuleQuality Judge(Func<int, bool> matches)
    {
        var (matched, frauds, legitimate, allFrauds, newFrauds, newAlerts) = (0, 0, 0, 0, 0, 0);
        var (caught, lost) = (0L, 0L);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var known = history.KnownAt(row) <= knownBy;
            var fraud = known && history.IsFraud(row);
            allFrauds += fraud ? 1 : 0;
            lost += fraud ? history.Units(row) : 0;
            if (!matches(i))
                continue;
            matched++;
            frauds += fraud ? 1 : 0;
            legitimate += known && !fraud ? 1 : 0;
            caught += fraud ? history.Units(row) : 0;
            newFrauds += fraud && !_matchedBefore[i] ? 1 : 0;
            newAlerts += _matchedBefore[i] || history.WasFlagged(row) ? 0 : 1;
        }

        return new RuleQuality(
            days, matched, frauds, legitimate, allFrauds, caught / (decimal)Money.UnitsPerMajor,
            lost / (decimal)Money.UnitsPerMajor, newFrauds, newAlerts);
    }
}
