namespace Vigil.Training.Rules;

/// <summary>
/// Finds the conjunctions that are worth most on some rows, by a beam search from short to long (Clark and Niblett, "The
/// CN2 Induction Algorithm", Machine Learning 3, 1989). All thresholds of a column are counted in one pass over the rows.
/// </summary>
internal sealed class RuleSearch(
    IReadOnlyList<RuleColumn> columns, bool[] fraud, RuleWorth worth, int conditions, int beam, int leastFrauds)
{
    private const int Codes = byte.MaxValue + 1;
    private const int MostFound = 48;

    private readonly int[] _frauds = new int[columns.Count * Codes];
    private readonly int[] _others = new int[columns.Count * Codes];

    /// <summary>The best conjunctions, the most worth first; empty where none is sure to have the precision wanted.</summary>
    public List<Conjunction> Run(List<int> rows, CancellationToken cancel)
    {
        var baseRate = Math.Max(1, rows.Count(row => fraud[row])) / (double)Math.Max(1, rows.Count);
        var found = new Dictionary<string, Grown>(StringComparer.Ordinal);
        List<(Conjunction Rule, List<int> Rows)> begun = [(Conjunction.Empty, rows)];
        for (var length = 1; length <= conditions && begun.Count > 0; length++)
        {
            var grown = new Dictionary<string, Grown>(StringComparer.Ordinal);
            for (var parent = 0; parent < begun.Count; parent++)
            {
                cancel.ThrowIfCancellationRequested();
                foreach (var child in Extend(begun[parent].Rule, begun[parent].Rows, parent, baseRate))
                    grown.TryAdd(child.Rule.Key, child);
            }

            foreach (var (key, rule) in grown.Where(g => worth.IsSure(g.Value.Frauds, g.Value.Others)))
                found.TryAdd(key, rule);
            if (length < conditions)
            {
                begun = [.. grown.OrderByDescending(g => g.Value.Gain).ThenBy(g => g.Key, StringComparer.Ordinal).Take(beam)
                    .Select(g => (g.Value.Rule, begun[g.Value.Parent].Rows.FindAll(row => g.Value.Rule.Matches(columns, row))))];
            }
        }

        return [.. found.OrderByDescending(f => f.Value.Worth).ThenBy(f => f.Key, StringComparer.Ordinal)
            .Take(MostFound).Select(f => f.Value.Rule)];
    }

    /// <summary>
    /// Of each column and side the extension of most gain and that of most worth: neighbours of a threshold match nearly
    /// the same rows and would fill the beam.
    /// </summary>
    private IEnumerable<Grown> Extend(Conjunction rule, List<int> rows, int parent, double baseRate)
    {
        Tally(rows);
        for (var column = 0; column < columns.Count; column++)
        {
            foreach (var side in columns[column].Ranges().GroupBy(range => columns[column].IsText ? range.Low : range.Low > 0 ? 1 : 0))
            {
                Grown? gain = null, most = null;
                foreach (var (low, high) in side)
                {
                    var (frauds, others) = Sum(column, low, high);
                    if (frauds < leastFrauds || frauds + others == rows.Count)
                        continue;
                    var child = new Grown(
                        rule.With(new Condition(column, low, high)), parent, frauds, others,
                        RuleWorth.Gain(frauds, others, baseRate), worth.Of(frauds, others, rule.Conditions.Count + 1));
                    if (gain is null || child.Gain > gain.Gain)
                        gain = child;
                    if (most is null || child.Worth > most.Worth)
                        most = child;
                }

                if (gain is not null)
                    yield return gain;
                if (most is not null && most != gain)
                    yield return most;
            }
        }
    }

    private void Tally(List<int> rows)
    {
        Array.Clear(_frauds);
        Array.Clear(_others);
        for (var column = 0; column < columns.Count; column++)
        {
            var codes = columns[column].Codes;
            var frauds = _frauds.AsSpan(column * Codes, Codes);
            var others = _others.AsSpan(column * Codes, Codes);
            foreach (var row in rows)
            {
                if (fraud[row])
                    frauds[codes[row]]++;
                else
                    others[codes[row]]++;
            }
        }
    }

    private (int Frauds, int Others) Sum(int column, byte low, byte high)
    {
        var (frauds, others) = (0, 0);
        for (var code = column * Codes + low; code <= column * Codes + high; code++)
        {
            frauds += _frauds[code];
            others += _others[code];
        }

        return (frauds, others);
    }

    private sealed record Grown(Conjunction Rule, int Parent, int Frauds, int Others, double Gain, double Worth);
}
