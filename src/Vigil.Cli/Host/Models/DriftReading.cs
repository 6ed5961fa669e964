using System.Globalization;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Drift;
using Vigil.Training.Reference;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Models;

/// <summary>Compares stored payments with the reference of a model.</summary>
internal static class DriftReading
{
    /// <summary>Span that is looked at where nothing else is said: the newest days.</summary>
    public const long UsualSpan = 7 * Timestamp.Day;

    // Rows that are read of a longer stretch, in pieces spread over it: enough for shares of a tenth of a percent.
    private const int MostRows = 200_000;
    private const int PieceRows = 1_000;

    /// <summary>Reads and compares.</summary>
    /// <param name="store">The database.</param>
    /// <param name="model">The model.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="from">First event time, microseconds; null for <see cref="UsualSpan"/> before the newest.</param>
    /// <param name="to">First event time that is not looked at any more; null for none.</param>
    /// <param name="limits">What counts as drift.</param>
    /// <param name="now">Labels that are known by then count; microseconds.</param>
    /// <param name="report">Told the share done and a word on it.</param>
    /// <param name="cancel">Stops it.</param>
    public static DriftReport Read(
        Store store, RegisteredModel model, ModelReference reference, long? from, long? to, DriftLimits limits, long now,
        Action<double, string> report, CancellationToken cancel)
    {
        var end = to ?? long.MaxValue;
        var first = from ?? Math.Min(store.Bounds().NewestTime ?? 0, end) - UsualSpan;
        var monitor = new DriftMonitor(reference);
        using var vectors = new StoredVectors(store, model.FeatureSet);
        foreach (var range in Ranges(store, first, end, vectors.AreStored))
        {
            using var rows = store.ReadDecisions(range);
            while (rows.Read())
            {
                var vector = vectors.Of(rows);
                if (rows.Time < first || rows.Time >= end)
                    continue;
                if (monitor.Rows % PieceRows == 0)
                {
                    cancel.ThrowIfCancellationRequested();
                    report(Math.Min(1, monitor.Rows / (double)MostRows), string.Create(CultureInfo.InvariantCulture, $"{monitor.Rows:N0} payments"));
                }

                monitor.Add(rows.Time, vector, model.Model.Score(vector), KnownLabel.Of(rows, model.FeatureSet, now));
            }
        }

        return monitor.Report(limits);
    }

    private static IEnumerable<RowRange> Ranges(Store store, long first, long end, bool anywhere)
    {
        // Features that are computed anew need all that came before.
        if (!anywhere)
        {
            yield return RowRange.All;
            yield break;
        }

        var range = new RowRange(FromTime: first, ToTime: end);
        if (FirstSequence(store, range) is not { } from)
            yield break;
        var rows = store.Bounds().LastSequence - from + 1;
        if (rows <= MostRows)
        {
            yield return range;
            yield break;
        }

        const int Pieces = MostRows / PieceRows;
        for (var piece = 0; piece < Pieces; piece++)
        {
            var start = from + rows * piece / Pieces;
            yield return range with { FromSequence = start, ToSequence = start + PieceRows - 1 };
        }
    }

    private static long? FirstSequence(Store store, RowRange range)
    {
        using var rows = store.ReadDecisions(range);
        return rows.Read() ? rows.Sequence : null;
    }
}
