using System.Text;
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
    /// <summary>Entities of one question: their histories are held at once.</summary>
    private const int Together = 256;

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

    /// <summary>Brings into memory every entity that a batch of transactions names, with one question for each kind and some of them.</summary>
    /// <param name="engine">Receives them.</param>
    /// <param name="transactions">The transactions, none of them decided.</param>
    /// <param name="lastLabelId">The last label that the engine has applied.</param>
    public void WarmAll(DecisionEngine engine, IReadOnlyList<Transaction> transactions, long lastLabelId)
    {
        // Of each cold entity, its earliest transaction: what that one may see is read.
        var cold = new SortedDictionary<int, Dictionary<string, Transaction>>();
        foreach (var transaction in transactions)
        {
            for (var i = engine.FindCold(transaction); i >= 0; i = engine.FindCold(transaction, i + 1))
            {
                if (!cold.TryGetValue(i, out var entities))
                    cold.Add(i, entities = new Dictionary<string, Transaction>(StringComparer.Ordinal));
                var name = NameOf(engine.DescribeEntity(i).Key, transaction);
                if (!entities.TryGetValue(name, out var earliest) || transaction.Time < earliest.Time)
                    entities[name] = transaction;
            }
        }

        foreach (var (kind, entities) in cold)
        {
            foreach (var some in entities.Values.Chunk(Together))
                Restore(engine, kind, some, lastLabelId);
        }
    }

    private void Restore(DecisionEngine engine, int kind, Transaction[] of, long lastLabelId)
    {
        var (key, retention) = engine.DescribeEntity(kind);
        var rows = writer.ReadHistories(key.First, key.Second, of, retention).ToList();
        var labels = ReadLabels(rows, lastLabelId);
        var next = 0;
        for (var i = 0; i < of.Length; i++)
        {
            if (engine.FindCold(of[i], kind) != kind)
                throw new InvalidOperationException("an entity was restored twice");
            engine.Warm(kind, of[i]);
            for (; next < rows.Count && rows[next].Entity == i; next++)
            {
                StoredTransaction.Decode(rows[next].Payload, _row);
                engine.Restore(kind, _row, rows[next].Sequence);
            }

            foreach (var (label, payload) in labels[i])
            {
                StoredTransaction.Decode(payload, _row);
                engine.RestoreLabel(kind, _row, label);
            }
        }
    }

    /// <summary>The labels of rows, by entity.</summary>
    private ILookup<int, (Label Label, byte[] Payload)> ReadLabels(List<EntityRow> rows, long lastLabelId)
    {
        if (rows.Count == 0 || lastLabelId == 0)
            return Enumerable.Empty<int>().ToLookup(entity => entity, _ => default((Label, byte[])));
        var bySequence = rows.ToDictionary(row => row.Sequence);
        return writer.ReadLabelsOf(bySequence.Keys, lastLabelId)
            .ToLookup(label => bySequence[label.Sequence].Entity, label => (label, bySequence[label.Sequence].Payload));
    }

    private static string NameOf(EntityKey key, Transaction of)
    {
        var first = Encoding.UTF8.GetString(of[key.First]);
        // A field holds no control character.
        return key.Second is { } second ? $"{first}\n{Encoding.UTF8.GetString(of[second])}" : first;
    }

    private void Restore(DecisionEngine engine, int entity, Transaction transaction, long lastLabelId)
    {
        var (key, retention) = engine.DescribeEntity(entity);
        var after = transaction.Time - retention;
        engine.Warm(entity, transaction);
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

    private HistoryCursor ReadHistory(EntityKey key, Transaction of, long after) => key.Second is { } second
        ? writer.ReadHistory(key.First, of[key.First], second, of[second], after)
        : writer.ReadHistory(key.First, of[key.First], after);

    private LabelCursor ReadLabels(EntityKey key, Transaction of, long after, long upToId) => key.Second is { } second
        ? writer.ReadLabelsOf(key.First, of[key.First], second, of[second], after, upToId)
        : writer.ReadLabelsOf(key.First, of[key.First], after, upToId);
}
