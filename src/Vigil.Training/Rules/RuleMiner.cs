using Vigil.Core.Transactions;
using Vigil.Training.Learning;

namespace Vigil.Training.Rules;

/// <summary>
/// Finds short rules in labelled history, one after the other, each for the frauds that those before it leave: a
/// decision list (Rivest, "Learning Decision Lists", Machine Learning 2, 1987) learned by sequential covering, grown and
/// pruned on different days as RIPPER does (Cohen, ICML 1995). Conjunctions of few conditions are what Friedman and
/// Popescu found to carry most of an ensemble ("Predictive Learning via Rule Ensembles", Annals of Applied Statistics 2,
/// 2008); here an analyst must be able to read and defend each, so there are no weights. Equal histories and options
/// give equal rules.
/// </summary>
public static class RuleMiner
{
    /// <summary>Share of the training period, its beginning, on which rules grow; the rest prunes them.</summary>
    private const double GrowShare = 2 / 3.0;

    /// <summary>How much of the precision wanted must still be there on the days that prune.</summary>
    private const double KeptPrecision = 0.8;

    /// <summary>Mines.</summary>
    /// <param name="history">Transactions with their features and labels.</param>
    /// <param name="options">What is looked for.</param>
    /// <param name="now">Labels known by now count in the test; µs.</param>
    /// <param name="progress">Share done, 0 to 1, and the rule found last.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="TrainingException">The history is too short, or has too few frauds with mature labels.</exception>
    public static RuleSuggestions Mine(
        RuleHistory history, SuggestionOptions options, long now, Action<double, string>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var days = SuggestionDays.Of(history, options, now);
        var fraud = new bool[history.Count];
        foreach (var row in days.Train)
            fraud[row] = days.IsKnownFraud(row, days.TrainTo) && !(options.MissedOnly && history.WasFlagged(row));
        var frauds = days.Train.FindAll(row => fraud[row]);
        if (frauds.Count < options.Frauds)
        {
            throw new TrainingException(
                $"{frauds.Count} known frauds{(options.MissedOnly ? " that were missed" : "")} between {Day(days.TrainFrom)} and {Day(days.TrainTo)} are too few to find rules in; {options.Frauds} are the least.");
        }

        var columns = RuleColumns.Of(history, frauds, days.Train.FindAll(row => !fraud[row]));
        var found = Cover(columns, fraud, days, frauds.Count, options, progress, cancel);
        return Report(history, columns, found, days, frauds.Count);
    }

    private static List<Conjunction> Cover(
        List<RuleColumn> columns, bool[] fraud, SuggestionDays days, int frauds, SuggestionOptions options,
        Action<double, string>? progress, CancellationToken cancel)
    {
        var worth = new RuleWorth(options.Precision);
        var least = Math.Max(options.Frauds, (int)Math.Ceiling(options.Recall * frauds));
        var search = new RuleSearch(
            columns, fraud, worth, options.Conditions, options.Beam, Math.Max(1, (int)(least * GrowShare)));
        var simplifier = new RuleSimplifier(columns, fraud, worth);
        var growTo = days.At(GrowShare);
        var open = days.Train;
        var rules = new List<Conjunction>();
        while (rules.Count < options.Rules)
        {
            progress?.Invoke((double)rules.Count / options.Rules, rules.Count == 0 ? "" : rules[^1].Text(columns));
            var (grow, prune) = (open.FindAll(row => days.Time(row) <= growTo), open.FindAll(row => days.Time(row) > growTo));
            var best = search.Run(grow, cancel)
                .Where(rule => Holds(rule.Count(columns, prune, fraud), options.Precision))
                .Select(rule => (Rule: rule, Count: rule.Count(columns, open, fraud)))
                .Where(r => r.Count.Frauds >= least && worth.IsSure(r.Count.Frauds, r.Count.Others))
                .OrderByDescending(r => worth.Of(r.Count.Frauds, r.Count.Others, r.Rule.Conditions.Count))
                .Select(r => r.Rule)
                .FirstOrDefault();
            if (best is null)
                break;
            best = simplifier.Run(best, open);
            rules.Add(best);
            open = open.FindAll(row => !best.Matches(columns, row));
        }

        return rules;
    }

    private static bool Holds((int Frauds, int Others) count, double precision) =>
        count.Frauds > 0 && count.Frauds >= KeptPrecision * precision * (count.Frauds + count.Others);

    private static RuleSuggestions Report(
        RuleHistory history, List<RuleColumn> columns, List<Conjunction> found, SuggestionDays days, int frauds)
    {
        var train = new RuleJudge(history, columns, days.Train, days.TrainTo, days.TrainedDays);
        var test = new RuleJudge(history, columns, days.Test, days.Now, days.TestedDays);
        var names = new RuleNames();
        var rules = found.Select(rule => new SuggestedRule(
            names.Of(rule.Conditions.Select(c => columns[c.Column].NameOf(c))),
            $"review when {rule.Text(columns)}",
            string.Join("; ", rule.Conditions.Select(c => columns[c.Column].Says).Distinct()),
            train.Judge(rule),
            test.Judge(rule))).ToList();
        return new RuleSuggestions(
            Timestamp.ToDateTime(days.TrainFrom), Timestamp.ToDateTime(days.TrainTo), Timestamp.ToDateTime(days.TestTo),
            frauds, rules, train.Together(), test.Together());
    }

    private static string Day(long time) => Timestamp.Format(time)[..10];
}
