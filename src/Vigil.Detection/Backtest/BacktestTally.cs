using Vigil.Core.Rules;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Backtest;

/// <summary>Turns what rules match, transaction by transaction, into a report.</summary>
internal sealed class BacktestTally
{
    private readonly BacktestRules _rules;
    private readonly long _matureTo;
    private readonly MatchTally[] _matches;
    private readonly MatchTally _together = new();
    private readonly ExampleHeap[] _most;
    private readonly ExampleHeap[] _least;
    private readonly long[] _missing;
    private readonly long[,] _overlap;
    private readonly long[] _onlyHere;
    private readonly Dictionary<int, long> _days = [];
    private readonly List<int> _tested = [];
    private readonly List<int> _inForce = [];
    private LabelCounts _mature;
    private LabelCounts _recent;
    private long _flagged;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <param name="rules">What is evaluated.</param>
    /// <param name="matureTo">First event time whose labels may still come, µs.</param>
    /// <param name="examples">Most examples of each kind, for each rule.</param>
    public BacktestTally(BacktestRules rules, long matureTo, int examples)
    {
        (_rules, _matureTo) = (rules, matureTo);
        var count = rules.Tested.Count;
        _matches = [.. Enumerable.Range(0, count).Select(_ => new MatchTally())];
        _most = [.. Enumerable.Range(0, count).Select(_ => new ExampleHeap(examples))];
        _least = [.. Enumerable.Range(0, count).Select(_ => new ExampleHeap(examples))];
        _missing = new long[count];
        _onlyHere = new long[count];
        _overlap = new long[count, count + rules.InForce.Count];
    }

    public long Transactions => _mature.All + _recent.All;

    /// <summary>Counts one transaction of the period.</summary>
    /// <param name="transaction">What it says.</param>
    /// <param name="row">What is known of it.</param>
    /// <param name="matched">Positions of the rules that matched it, as in <see cref="BacktestRules.Combined"/>.</param>
    /// <param name="missing">Positions of those that could not be told.</param>
    public void Add(Transaction transaction, in BacktestRow row, RuleBits matched, RuleBits missing)
    {
        var mature = row.Time < _matureTo;
        if (mature)
            _mature = _mature.And(row.IsFraud);
        else
            _recent = _recent.And(row.IsFraud);
        _flagged += row.Flagged ? 1 : 0;
        (_first, _last) = (Math.Min(_first, row.Time), Math.Max(_last, row.Time));
        var day = (int)(row.Time / Timestamp.Day);
        _days[day] = _days.GetValueOrDefault(day) + 1;
        foreach (var rule in missing)
        {
            if (rule < _missing.Length)
                _missing[rule]++;
        }

        if (!matched.IsEmpty)
            AddMatches(transaction, row, matched, mature);
    }

    /// <param name="plan">What was run.</param>
    /// <param name="storedVectors">Transactions whose vector was stored.</param>
    /// <param name="seconds">How long it took.</param>
    public BacktestReport Report(BacktestPlan plan, long storedVectors, double seconds)
    {
        var days = _last < _first ? 1 : Math.Max((_last - _first) / (double)Timestamp.Day, 1.0 / 24);
        var rules = _rules.Tested.Select((rule, i) => new BacktestRule(
            rule.Name, rule.Text, _missing[i], _matches[i].Report(BacktestRules.Alerts(rule), _mature.Frauds, days, _days),
            _most[i].Descending(), _least[i].Descending())).ToList();
        var together = _rules.Tested.Any(BacktestRules.Alerts) ? _together.Report(true, _mature.Frauds, days, _days) : null;
        var (first, end) = _last < _first ? (0, 0) : (_first, _last + 1);
        return new BacktestReport(
            plan.Rules.Name,
            Timestamp.ToDateTime(plan.From == long.MinValue ? first : plan.From),
            Timestamp.ToDateTime(plan.To == long.MaxValue ? end : plan.To),
            Timestamp.ToDateTime(plan.MatureTo), Transactions, days, _flagged, plan.Features.Name, storedVectors,
            new BacktestLabels(_mature, _recent), rules, together, Overlap(), seconds);
    }

    private void AddMatches(Transaction transaction, in BacktestRow row, RuleBits matched, bool mature)
    {
        _tested.Clear();
        _inForce.Clear();
        foreach (var rule in matched)
            (rule < _matches.Length ? _tested : _inForce).Add(rule);
        var alert = false;
        foreach (var rule in _tested)
        {
            _matches[rule].Add(row, mature);
            alert |= BacktestRules.Alerts(_rules.Tested[rule]);
            _onlyHere[rule] += _inForce.Count == 0 ? 1 : 0;
            foreach (var other in _tested)
                _overlap[rule, other]++;
            foreach (var other in _inForce)
                _overlap[rule, other]++;
            AddExample(rule, transaction, row);
        }

        if (alert)
            _together.Add(row, mature);
    }

    private void AddExample(int rule, Transaction transaction, in BacktestRow row)
    {
        var rank = float.IsNaN(row.Score) ? 0 : row.Score;
        var (most, least) = (_most[rule].Takes(rank), _least[rule].Takes(-rank));
        if (!most && !least)
            return;
        var example = new BacktestExample(
            System.Text.Encoding.UTF8.GetString(transaction[Field.TransactionId]), Timestamp.ToDateTime(row.Time),
            transaction.Amount.ToDecimal(), float.IsNaN(row.Score) ? null : row.Score, row.IsFraud, row.Flagged);
        if (most)
            _most[rule].Add(rank, example);
        if (least)
            _least[rule].Add(-rank, example);
    }

    private BacktestOverlap Overlap()
    {
        var tested = _rules.Tested.Count;
        IReadOnlyList<IReadOnlyList<long>> Columns(int from, int count) =>
            [.. Enumerable.Range(0, tested).Select(r => Enumerable.Range(from, count).Select(c => _overlap[r, c]).ToArray())];
        return new BacktestOverlap(
            [.. _rules.Tested.Select(r => r.Name)], Columns(0, tested), _rules.InForceVersion,
            [.. _rules.InForce.Select(r => r.Name)], Columns(tested, _rules.InForce.Count), _onlyHere);
    }
}
