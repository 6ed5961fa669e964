using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Sqlite;
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
        SqliteStore store, FeatureSet features, long now, Action<double, string> report, CancellationToken cancel)
    {
        var recompute = store.Engines().Values.Any(engine => engine.FeatureSetHash != features.Hash)
            ? new Recomputation(store, features)
            : null;
        using var disposal = recompute;
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

            var known = rows.LabelObservedAt is { } observed ? observed <= now : rows.Time + features.LabelDelay <= now;
            history.Add(
                rows.Time,
                recompute is null ? rows.Features : recompute.Features(rows.Payload, rows.Sequence, rows.Provenance.LabelId),
                known ? rows.IsFraud : null);
        }

        return history;
    }

    private sealed class Recomputation : IDisposable
    {
        private readonly DecisionEngine _engine;
        private readonly Core.Decisions.Decision _decision;
        private readonly Transaction _transaction = new();
        private readonly LabelReader _labels;
        private bool _hasLabel;

        public Recomputation(SqliteStore store, FeatureSet features)
        {
            _engine = new DecisionEngine(features, new RuleSet("none", []));
            _decision = _engine.NewDecision();
            _labels = store.ReadLabels();
            _hasLabel = _labels.Read();
        }

        public ReadOnlySpan<float> Features(ReadOnlySpan<byte> payload, long sequence, long labelId)
        {
            for (; _hasLabel && _labels.Id <= labelId; _hasLabel = _labels.Read())
            {
                Decode(_labels.Payload);
                _engine.ApplyLabel(_transaction, new Label(_labels.Id, _labels.Sequence, _labels.IsFraud, _labels.ObservedAt));
            }

            Decode(payload);
            _engine.Decide(_transaction, sequence, _decision);
            return _decision.Features;
        }

        public void Dispose() => _labels.Dispose();

        private void Decode(ReadOnlySpan<byte> payload)
        {
            if (!TransactionJson.TryDecode(payload, _transaction, out var rejection))
                throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
        }
    }
}
