using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>
/// Rebuilds an entity's state from its own rows and labels when it is first needed, so that a restart, a crash or an
/// aborted batch needs no warm-up: what is rebuilt equals, bit for bit, what would have been in memory.
/// </summary>
internal sealed class EntityRestorer(DecisionWriter writer)
{
    private readonly Transaction _row = new();

    /// <summary>Brings into memory every entity that a transaction names.</summary>
    /// <param name="engine">Receives them.</param>
    /// <param name="transaction">The transaction, not yet decided.</param>
    /// <param name="lastLabelId">The last label that the engine has applied.</param>
    public void Warm(DecisionEngine engine, Transaction transaction, long lastLabelId)
    {
        for (var i = engine.FindCold(transaction); i >= 0; i = engine.FindCold(transaction, i + 1))
            Restore(engine, i, transaction, lastLabelId);
    }

    private void Restore(DecisionEngine engine, int entity, Transaction transaction, long lastLabelId)
    {
        var (key, retention) = engine.DescribeEntity(entity);
        if (LatestTime(key, transaction) is not { } latest)
        {
            engine.Warm(entity, transaction);
            return;
        }

        var after = latest - retention;
        using (var rows = ReadHistory(key, transaction, after))
        {
            while (rows.Read())
            {
                StoredTransaction.Decode(rows.Payload, _row);
                engine.Restore(entity, _row, rows.Sequence);
            }
        }

        using var labels = ReadLabels(key, transaction, after, lastLabelId);
        while (labels.Read())
        {
            StoredTransaction.Decode(labels.Payload, _row);
            engine.RestoreLabel(entity, _row, new Label(labels.Id, labels.Sequence, labels.IsFraud, labels.ObservedAt));
        }
    }

    private long? LatestTime(EntityKey key, Transaction of) => key.Second is { } second
        ? writer.LatestTime(key.First, of[key.First], second, of[second])
        : writer.LatestTime(key.First, of[key.First]);

    private HistoryCursor ReadHistory(EntityKey key, Transaction of, long after) => key.Second is { } second
        ? writer.ReadHistory(key.First, of[key.First], second, of[second], after)
        : writer.ReadHistory(key.First, of[key.First], after);

    private LabelCursor ReadLabels(EntityKey key, Transaction of, long after, long upToId) => key.Second is { } second
        ? writer.ReadLabelsOf(key.First, of[key.First], second, of[second], after, upToId)
        : writer.ReadLabelsOf(key.First, of[key.First], after, upToId);
}
