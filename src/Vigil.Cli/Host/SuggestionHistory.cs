using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Rules;

namespace Vigil.Cli.Host;

/// <summary>The database as rows to find rules in.</summary>
internal static class SuggestionHistory
{
    private const int ReportEvery = 8_192;

    /// <summary>Reads every transaction.</summary>
    /// <param name="store">The database.</param>
    /// <param name="features">Whose features rules may name.</param>
    /// <param name="report">Told the share done and a word on it.</param>
    /// <param name="cancel">Stops it.</param>
    public static RuleHistory Read(Store store, FeatureSet features, Action<double, string> report, CancellationToken cancel)
    {
        using var vectors = new StoredVectors(store, features);
        using var rows = store.ReadAll();
        var total = Math.Max(1, store.Summary().Processed);
        var history = new RuleHistory(features);
        var transaction = new Transaction();
        while (rows.Read())
        {
            if (history.Count % ReportEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
                report(Math.Min(1, (double)history.Count / total), $"{history.Count:N0} transactions");
            }

            var vector = vectors.Of(rows);
            if (!TransactionJson.TryDecode(rows.Payload, transaction, out var rejection))
                throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
            history.Add(
                transaction, vector, rows.IsFraud, rows.LabelObservedAt ?? rows.Time + features.LabelDelay,
                rows.Outcome != Outcome.Allow);
        }

        return history;
    }
}
