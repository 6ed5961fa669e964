using Vigil.Core.Transactions;
using Vigil.Training.Reference;

namespace Vigil.Training.Learning;

/// <summary>What the newest rows of a history look like, for drift to be measured against.</summary>
internal static class References
{
    // So many say what is usual to three digits; more would only take memory.
    private const int MostRows = 200_000;

    /// <param name="history">The history.</param>
    /// <param name="scores">Of rows that did not teach the model.</param>
    /// <param name="days">Newest days that are looked at.</param>
    public static ModelReference Of(LabelledHistory history, float[] scores, int days)
    {
        var last = Enumerable.Range(0, history.Count).Max(history.Time);
        int[] newest = [.. Enumerable.Range(0, history.Count).Where(r => history.Time(r) > last - days * Timestamp.Day)];
        var step = (newest.Length + MostRows - 1) / MostRows;
        int[] rows = [.. newest.Where((_, i) => i % step == 0)];
        var labelled = rows.Count(r => history.Label(r) is not null);
        var values = new float[rows.Length];
        return new ModelReference(
            Timestamp.ToDateTime(rows.Min(history.Time)), Timestamp.ToDateTime(last), rows.Length,
            labelled == 0 ? null : rows.Count(r => history.Label(r) == true) / (double)labelled,
            ScoreDistribution.Of(scores), ColumnReference.Of("score", [.. scores]),
            [.. Enumerable.Range(0, history.Columns.Count).Select(Column)]);

        ColumnReference Column(int feature)
        {
            for (var i = 0; i < rows.Length; i++)
                values[i] = history.Row(rows[i])[feature];
            return ColumnReference.Of(history.Columns[feature], values);
        }
    }
}
