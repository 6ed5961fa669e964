using System.Globalization;
using Vigil.Detection.Backtest;

namespace Vigil.Cli.Host.Rules;

/// <summary>Writes a backtest's report for people.</summary>
internal static class BacktestText
{
    public static void Write(TextWriter to, BacktestReport report, bool days)
    {
        void Line(FormattableString text) => to.WriteLine(FormattableString.Invariant(text));

        Line($"{report.Name}: {report.Transactions:N0} transactions from {report.From:yyyy-MM-dd HH:mm} to {report.To:yyyy-MM-dd HH:mm} UTC, {report.Flagged:N0} of them flagged at the time");
        if (report.Labels.Recent.All == 0)
            Line($"known of them: {Known(report.Labels.Mature)}; all are old enough for their labels to be complete");
        else
            Line($"known of them: {Known(report.Labels.Mature)} before {report.MatureTo:yyyy-MM-dd}; {Known(report.Labels.Recent)} since, where labels may still come");
        if (report.StoredVectors < report.Transactions)
            Line($"features of {report.Transactions - report.StoredVectors:N0} transactions were computed anew: other features decided them");
        if (report.Transactions == 0)
            return;
        to.WriteLine();
        Summary(report).Write(to);
        foreach (var rule in report.Rules.Where(r => r.Matches.Matched > 0 || r.Missing > 0))
            Write(to, report, rule, days);
        if (report.Together is { } together && report.Rules.Count > 1)
        {
            to.WriteLine();
            Line($"All rules that review or block, together: {together.Matched:N0} matches, {together.NewAlertsPerDay:0.##} new alerts a day, precision {Percent(together.Precision)}, recall {Percent(together.Recall)}, {together.FraudAmount:N2} of fraud caught, {together.LegitimateAmount:N2} legitimate held up");
        }

        if (report.Rules.Any(r => r.Matches.Matched > 0))
            Overlap(to, report.Overlap);
        to.WriteLine();
        Line($"took {report.Seconds:0.0} s");
    }

    private static TextTable Summary(BacktestReport report)
    {
        var table = new TextTable("rule", "matches", "a day", "new alerts a day", "precision", "recall", "fraud caught", "legitimate held up", "not judged yet", "missing");
        foreach (var rule in report.Rules)
        {
            var matches = rule.Matches;
            table.Add(
                rule.Name, Number(matches.Matched), Number(matches.MatchedPerDay, "0.##"), Number(matches.NewAlertsPerDay, "0.##"),
                Percent(matches.Precision), Percent(matches.Recall), Number(matches.FraudAmount, "N2"), Number(matches.LegitimateAmount, "N2"),
                Number(matches.UnjudgedAmount, "N2"), Number(rule.Missing));
        }

        return table;
    }

    private static void Write(TextWriter to, BacktestReport report, BacktestRule rule, bool days)
    {
        var matches = rule.Matches;
        to.WriteLine();
        to.WriteLine($"{rule.Name}: {rule.Rule}");
        to.WriteLine($"  matched: {Known(matches.Labels.Mature)}");
        if (matches.Labels.Recent.All > 0)
            to.WriteLine($"  matched where labels may still come: {Known(matches.Labels.Recent)}{(matches.RecentPrecision is null ? "" : $"; so far {Percent(matches.RecentPrecision)} of those judged are fraud")}");
        to.WriteLine(FormattableString.Invariant(
            $"  {matches.FlaggedBefore:N0} were flagged at the time, {matches.NewFrauds:N0} frauds were not"));
        if (rule.Missing == report.Transactions)
            to.WriteLine("  could never be told: something that it needs is in no transaction");
        if (matches.Matched <= rule.MostLikeFraud.Count)
        {
            Examples(to, "all of them", rule.MostLikeFraud);
        }
        else if (rule.MostLikeFraud.All(example => example.Score is null))
        {
            Examples(to, "the latest (no model scored them)", rule.MostLikeFraud);
        }
        else
        {
            Examples(to, "most like fraud", rule.MostLikeFraud);
            Examples(to, "least like fraud", rule.LeastLikeFraud);
        }

        if (!days || matches.Matched == 0)
            return;
        var table = new TextTable("  day", "transactions", "matches", "fraud", "legitimate", "no label");
        foreach (var day in matches.ByDay)
        {
            table.Add(
                $"  {day.Day:yyyy-MM-dd}", Number(day.Transactions), Number(day.Frauds + day.Legitimate + day.Unlabelled), Number(day.Frauds),
                Number(day.Legitimate), Number(day.Unlabelled));
        }

        table.Write(to);
    }

    private static void Examples(TextWriter to, string what, IReadOnlyList<BacktestExample> examples)
    {
        if (examples.Count > 0)
            to.WriteLine($"  {what}:");
        foreach (var example in examples)
        {
            to.WriteLine(FormattableString.Invariant(
                $"    {example.TransactionId}  {example.Time:yyyy-MM-dd HH:mm:ss}  amount {example.Amount}  {(example.Score is { } score ? FormattableString.Invariant($"score {score:0.000}  ") : "")}{(example.IsFraud switch { true => "fraud", false => "legitimate", null => "no label" })}{(example.Flagged ? ", flagged at the time" : "")}"));
        }
    }

    private static void Overlap(TextWriter to, BacktestOverlap overlap)
    {
        if (overlap.Rules.Count > 1)
        {
            to.WriteLine();
            to.WriteLine("Matches in common:");
            Matrix(overlap.Rules, overlap.Rules, overlap.Among).Write(to);
        }

        if (overlap.InForce.Count == 0)
            return;
        to.WriteLine();
        to.WriteLine($"In common with the rules in force{(overlap.InForceVersion is { Length: > 0 } version ? $" (version {version})" : "")}:");
        Matrix(
            overlap.Rules, [.. overlap.InForce, "none of them"],
            [.. overlap.WithInForce.Select((row, i) => (IReadOnlyList<long>)[.. row, overlap.OnlyHere[i]])]).Write(to);
    }

    private static TextTable Matrix(IReadOnlyList<string> rows, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<long>> counts)
    {
        var table = new TextTable(["", .. columns]);
        for (var i = 0; i < rows.Count; i++)
            table.Add([rows[i], .. counts[i].Select(Number)]);
        return table;
    }

    private static string Known(LabelCounts counts) => FormattableString.Invariant(
        $"{counts.Frauds:N0} fraud, {counts.Legitimate:N0} legitimate, {counts.Unlabelled:N0} without a label");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(IFormattable number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static string Percent(double? share) =>
        share is { } some ? some.ToString("0.0%", CultureInfo.InvariantCulture) : "-";
}
