using Vigil.Core.Transactions;

namespace Vigil.Detection.Backtest;

/// <summary>Counts what a rule, or several as one, matched.</summary>
internal sealed class MatchTally
{
    private readonly Dictionary<int, LabelCounts> _days = [];
    private LabelCounts _mature;
    private LabelCounts _recent;
    private Int128 _fraudUnits;
    private Int128 _legitimateUnits;
    private Int128 _unjudgedUnits;
    private long _flagged;
    private long _newFrauds;

    public long Matched => _mature.All + _recent.All;

    public void Add(in BacktestRow row, bool mature)
    {
        if (mature)
            _mature = _mature.And(row.IsFraud);
        else
            _recent = _recent.And(row.IsFraud);
        var day = (int)Math.DivRem(row.Time, Timestamp.Day).Quotient;
        _days[day] = _days.GetValueOrDefault(day).And(row.IsFraud);
        if (row.IsFraud == true)
            _fraudUnits += row.Units;
        else if (row.IsFraud == false || mature)
            _legitimateUnits += row.Units;
        else
            _unjudgedUnits += row.Units;
        _flagged += row.Flagged ? 1 : 0;
        _newFrauds += row.IsFraud == true && !row.Flagged ? 1 : 0;
    }

    /// <param name="alerts">Whether a match is an alert.</param>
    /// <param name="matureFrauds">Of the whole period.</param>
    /// <param name="days">Length of the period.</param>
    /// <param name="transactions">By day since 1970, all of the period.</param>
    public BacktestMatches Report(bool alerts, long matureFrauds, double days, IReadOnlyDictionary<int, long> transactions)
    {
        var added = alerts ? Matched - _flagged : 0;
        var (fraud, legitimate, unjudged) = (Major(_fraudUnits), Major(_legitimateUnits), Major(_unjudgedUnits));
        return new BacktestMatches(
            Matched, Matched / days, added, added / days, _flagged, _newFrauds, new BacktestLabels(_mature, _recent),
            Share(_mature.Frauds, _mature.All), Share(_mature.Frauds, matureFrauds),
            Share(_recent.Frauds, _recent.Frauds + _recent.Legitimate),
            fraud + legitimate + unjudged, fraud, legitimate, unjudged,
            [.. transactions.OrderBy(d => d.Key).Select(d => Day(d.Key, d.Value))]);
    }

    private BacktestDay Day(int day, long transactions)
    {
        var counts = _days.GetValueOrDefault(day);
        return new BacktestDay(
            DateOnly.FromDateTime(Timestamp.ToDateTime(day * Timestamp.Day)), transactions, counts.Frauds, counts.Legitimate,
            counts.Unlabelled);
    }

    private static double? Share(long part, long whole) => whole == 0 ? null : part / (double)whole;

    private static decimal Major(Int128 units) => (decimal)units / Money.UnitsPerMajor;
}
