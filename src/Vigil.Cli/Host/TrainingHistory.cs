using Vigil.Core.Features;
using Vigil.Storage;
using Vigil.Training.Learning;

namespace Vigil.Cli.Host;

/// <summary>The database as rows to learn from.</summary>
internal static class TrainingHistory
{
    private const int ReportEvery = 8_192;

    /// <summary>
    /// Reads every transaction with the features of a set: those that decided, where it was this set all along, else
    /// computed anew by the engine, labels at the moment each was applied.
    /// </summary>
    /// <param name="store">The database.</param>
    /// <param name="features">The set.</param>
    /// <param name="now">Labels that are known by then count; microseconds.</param>
    /// <param name="report">Told the share done and a word on it.</param>
    /// <param name="cancel">Stops it.</param>
    public static LabelledHistory Read(
        Store store, FeatureSet features, long now, Action<double, string> report, CancellationToken cancel)
    {
        using var vectors = new StoredVectors(store, features);
        using var rows = store.ReadAll();
        var total = Math.Max(1, store.Summary().Processed);
        var history = new LabelledHistory(features.Names);
        while (rows.Read())
        {
            if (history.Count % ReportEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
                report(Math.Min(1, (double)history.Count / total), $"{history.Count:N0} transactions");
            }

            history.Add(
                rows.Time,
                vectors.Of(rows),
                KnownLabel.Of(rows, features, now),
                rows.Sequence,
                KnownLabel.Weight(rows));
        }

        return history;
    }
}
