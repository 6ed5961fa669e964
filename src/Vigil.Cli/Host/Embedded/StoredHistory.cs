using Vigil.Core.Features;
using Vigil.Storage.Sqlite;
using Vigil.Training.Learning;

namespace Vigil.Cli.Host.Embedded;

/// <summary>The rows that a model learns from: the very vectors that decisions were based on.</summary>
internal static class StoredHistory
{
    /// <summary>Reads the decisions that a feature set made.</summary>
    public static LabelledHistory Read(SqliteStore store, FeatureSet features, CancellationToken cancel)
    {
        var engines = store.Engines();
        var history = new LabelledHistory(features.Names);
        using var rows = store.ReadAll();
        while (rows.Read())
        {
            if (history.Count % 4_096 == 0)
                cancel.ThrowIfCancellationRequested();
            if (engines[rows.Provenance.EngineId].FeatureSetHash == features.Hash)
                history.Add(rows.Time, rows.Features, rows.IsFraud);
        }

        return history;
    }
}
