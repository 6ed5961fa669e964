using System.Globalization;
using Vigil.Core.Transactions;

namespace Vigil.Training.Learning;

/// <summary>Looks whether a history is fit to learn from, before an hour is spent on it and its model is believed.</summary>
public static class HistoryCheck
{
    /// <summary>Fewest transactions.</summary>
    public const int MinRows = 1_000;

    /// <summary>Fewest known frauds on the newest days: with less, nobody can tell whether the model is good.</summary>
    public const int MinHoldoutFrauds = 20;

    private const int MostDaysWithoutLabels = 30;
    private const double OddRatio = 10;

    /// <summary>Looks.</summary>
    /// <param name="history">The history.</param>
    /// <param name="options">What it is to be used for.</param>
    public static IReadOnlyList<HistoryFinding> Find(LabelledHistory history, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        if (history.Count < MinRows)
            return [Fatal($"{history.Count:N0} transactions are too few: {MinRows:N0} are the least")];
        if (history.Frauds < options.MinFrauds)
            return [Fatal($"{history.Frauds:N0} known frauds are too few: {options.MinFrauds:N0} are the least (vigil labels import brings more)")];
        int[] rows = [.. Enumerable.Range(0, history.Count)];
        int[] labelled = [.. rows.Where(r => history.Label(r) is not null)];
        var newest = rows.Max(history.Time);
        var known = labelled.Max(history.Time);
        var holdout = known - options.HoldoutDays * Timestamp.Day;
        return
        [
            .. Labels(history, labelled, newest, known, holdout, options.HoldoutDays),
            .. Gaps(history, rows, newest),
            .. Gone(history, rows, newest - options.HoldoutDays * Timestamp.Day),
        ];
    }

    private static IEnumerable<HistoryFinding> Labels(LabelledHistory history, int[] labelled, long newest, long known, long holdout, int days)
    {
        if (newest - known > MostDaysWithoutLabels * Timestamp.Day)
            yield return Fatal($"the newest label is of {Timestamp.ToDateTime(known):yyyy-MM-dd}, the newest transaction of {Timestamp.ToDateTime(newest):yyyy-MM-dd}: labels are missing (vigil labels import)");
        int[] held = [.. labelled.Where(r => history.Time(r) > holdout)];
        var frauds = held.Count(r => history.Label(r) == true);
        if (frauds < MinHoldoutFrauds)
            yield return Fatal($"{frauds:N0} known frauds on the newest {days} labelled days are too few to measure by: {MinHoldoutFrauds} are the least; more days (--holdout-days) have more");
        if (held.Length == labelled.Length)
        {
            yield return Fatal($"all labelled transactions are of the newest {days} days, which measure the model: nothing is left to learn from; fewer --holdout-days leave more");
            yield break;
        }

        var (now, before) = (frauds / (double)held.Length, (history.Frauds - frauds) / (double)(labelled.Length - held.Length));
        if (frauds > 0 && (now > before * OddRatio || now < before / OddRatio))
            yield return Warning($"{now:P2} of the newest labelled transactions are fraud, {before:P2} of those before: is a source of labels missing, or new?");
    }

    private static IEnumerable<HistoryFinding> Gaps(LabelledHistory history, int[] rows, long newest)
    {
        var days = rows.Select(r => history.Time(r) / Timestamp.Day).ToHashSet();
        var first = days.Min();
        long[] empty = [.. Enumerable.Range(0, (int)(newest / Timestamp.Day - first)).Select(d => first + d).Where(d => !days.Contains(d))];
        if (empty.Length > 0)
            yield return Warning($"{empty.Length:N0} days have no transaction, the last of them {Timestamp.ToDateTime(empty[^1] * Timestamp.Day):yyyy-MM-dd}: was something not loaded?");
    }

    private static IEnumerable<HistoryFinding> Gone(LabelledHistory history, int[] rows, long since)
    {
        for (var f = 0; f < history.Columns.Count; f++)
        {
            var (there, now, before) = (f, 0, 0);
            foreach (var row in rows)
            {
                if (float.IsNaN(history.Row(row)[there]))
                    continue;
                if (history.Time(row) > since)
                    now++;
                else
                    before++;
            }

            if (now == 0 && before > 0)
                yield return Fatal($"the feature {history.Columns[f]} is missing in every transaction since {Timestamp.ToDateTime(since):yyyy-MM-dd}, and was there before: a sender has left out what it needs");
        }
    }

    private static HistoryFinding Fatal(FormattableString said) => new(true, said.ToString(CultureInfo.InvariantCulture));

    private static HistoryFinding Warning(FormattableString said) => new(false, said.ToString(CultureInfo.InvariantCulture));
}
