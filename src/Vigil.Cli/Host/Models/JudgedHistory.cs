using System.Globalization;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host.Models;

/// <summary>The database as rows to judge models by: those that none of them has learned from.</summary>
internal static class JudgedHistory
{
    private const int ReportEvery = 8_192;

    /// <summary>Reads and scores.</summary>
    /// <param name="store">The database.</param>
    /// <param name="models">The models, each over its own features.</param>
    /// <param name="from">First event time, microseconds; null for the first at which all have an honest score.</param>
    /// <param name="to">First event time that is not read any more; null for none.</param>
    /// <param name="now">Labels that are known by then count; microseconds.</param>
    /// <param name="report">Told the share done and a word on it.</param>
    /// <param name="cancel">Stops it.</param>
    public static JudgedRows Read(
        Store store, IReadOnlyList<RegisteredModel> models, long? from, long? to, long now, Action<double, string> report, CancellationToken cancel)
    {
        var scorers = models.Select(m => new HonestScorer(m)).ToList();
        var (first, end) = (from ?? scorers.Max(s => s.From) ?? long.MinValue, to ?? long.MaxValue);
        var sets = models.Select(m => m.FeatureSet).DistinctBy(f => f.Hash).ToList();
        var vectors = sets.Select(set => new StoredVectors(store, set)).ToList();
        try
        {
            var setOf = models.Select(m => sets.FindIndex(set => set.Hash == m.FeatureSet.Hash)).ToArray();
            // Features that are computed anew need all that came before.
            using var rows = vectors.TrueForAll(v => v.AreStored) ? store.ReadDecisions(new RowRange(FromTime: first, ToTime: end)) : store.ReadAll();
            return Judge(rows, scorers, setOf, vectors, first, end, now, Math.Max(1, store.Bounds().LastSequence), report, cancel);
        }
        finally
        {
            vectors.ForEach(v => v.Dispose());
        }
    }

    private static JudgedRows Judge(
        DecisionCursor rows, List<HonestScorer> scorers, int[] setOf, List<StoredVectors> vectors, long first, long end, long now, long last,
        Action<double, string> report, CancellationToken cancel)
    {
        var judged = new JudgedRows(scorers.Count);
        var transaction = new Transaction();
        var scores = new (float Score, float HeldOut)[scorers.Count];
        var current = new float[vectors.Count][];
        for (var count = 0L; rows.Read(); count++)
        {
            if (count % ReportEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
                report(Math.Min(1, rows.Sequence / (double)last), string.Create(CultureInfo.InvariantCulture, $"{judged.Count:N0} payments"));
            }

            for (var s = 0; s < current.Length; s++)
                current[s] = vectors[s].Of(rows).ToArray();
            if (rows.Time < first || rows.Time >= end)
                continue;
            for (var m = 0; m < scorers.Count; m++)
                scores[m] = scorers[m].Score(rows.Sequence, rows.Time, current[setOf[m]]);
            if (Array.Exists(scores, s => !float.IsFinite(s.Score)))
                continue;
            for (var m = 0; m < scorers.Count; m++)
                judged.Sample(m, current[setOf[m]]);
            if (!TransactionJson.TryDecode(rows.Payload, transaction, out var rejection))
                throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
            judged.Add(rows.Time, transaction.Amount.Units, KnownLabel.Of(rows, scorers[0].Model.FeatureSet, now), scores, KnownLabel.Weight(rows));
        }

        return judged;
    }
}
