namespace Vigil.Training.Rules;

/// <summary>Makes the columns of a history: thresholds come from the training rows alone.</summary>
internal static class RuleColumns
{
    // Where thresholds are put: frauds are few, and what separates them lies in the tails of the others.
    private static readonly double[] FraudQuantiles = [.. Enumerable.Range(1, 49).Select(i => i / 50.0)];

    private static readonly double[] OtherQuantiles =
    [
        .001, .005, .01, .02, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .92, .94, .95,
        .96, .97, .98, .985, .99, .9925, .995, .9975, .999, .9995, .9999,
    ];

    private const int MostOthers = 100_000;

    /// <param name="history">All rows.</param>
    /// <param name="frauds">Training rows that are fraud.</param>
    /// <param name="others">Training rows that are not.</param>
    public static List<RuleColumn> Of(RuleHistory history, List<int> frauds, List<int> others)
    {
        var stride = Math.Max(1, others.Count / MostOthers);
        var sample = others.Where((_, i) => i % stride == 0).ToList();
        var columns = new List<RuleColumn>
        {
            Numbers(history, "amount", "amount {amount}", false, row => history.Units(row) / 10_000.0, frauds, sample),
        };
        for (var i = 0; i < history.Features.Features.Count; i++)
        {
            // To a rule, "amount" is the transaction's own, exactly, and not the rounded number of the vector.
            var (feature, index) = (history.Features.Features[i], i);
            if (feature.Name == "amount")
                continue;
            var says = feature.Says.Length > 0 ? feature.Says : $"{feature.Name} {{{feature.Name}}}";
            columns.Add(Numbers(
                history, feature.Name, says, IsSeconds(feature.Value), row => history.Feature(row, index), frauds, sample));
        }

        columns.AddRange(history.Texts.Where(t => t.Values.Count > 1).Select(t => RuleColumn.OfTexts(t, history.Count)));
        return columns.FindAll(column => column.HighestCode > 0);
    }

    private static RuleColumn Numbers(
        RuleHistory history, string name, string says, bool seconds, Func<int, double> value, List<int> frauds, List<int> others)
    {
        var (low, high) = (Sorted(frauds, value), Sorted(others, value));
        return RuleColumn.OfNumbers(name, says, seconds, history.Count, value, seconds
            ? [.. RoundNumbers.Spans]
            : Thresholds(low, high));
    }

    private static double[] Thresholds(double[] frauds, double[] others)
    {
        var cuts = new SortedSet<double>();
        void Take(double[] sorted, double[] quantiles)
        {
            foreach (var quantile in quantiles)
            {
                if (sorted.Length == 0)
                    return;
                var (below, above) = RoundNumbers.Around(sorted[(int)(quantile * sorted.Length)]);
                cuts.Add(below);
                cuts.Add(above);
            }
        }

        Take(frauds, FraudQuantiles);
        Take(others, OtherQuantiles);
        var (least, most) = (
            Math.Min(frauds.FirstOrDefault(double.PositiveInfinity), others.FirstOrDefault(double.PositiveInfinity)),
            Math.Max(frauds.LastOrDefault(double.NegativeInfinity), others.LastOrDefault(double.NegativeInfinity)));
        return [.. cuts.Where(c => c > least && c <= most).Take(RuleColumn.MostCodes)];
    }

    private static double[] Sorted(List<int> rows, Func<int, double> value)
    {
        var values = rows.Select(value).Where(v => !double.IsNaN(v)).ToArray();
        Array.Sort(values);
        return values;
    }

    private static bool IsSeconds(string expression) =>
        expression.StartsWith("time_since(", StringComparison.Ordinal) || expression.StartsWith("since_", StringComparison.Ordinal);
}
