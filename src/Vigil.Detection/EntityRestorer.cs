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

    /// <summary>What must be read before some transactions can be decided: the histories of all cold entities that they name.</summary>
    /// <param name="engine">Knows what is cold.</param>
    /// <param name="transactions">The transactions, none of them decided.</param>
    public static List<ColdEntities> FindCold(DecisionEngine engine, IReadOnlyList<Transaction> transactions)
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

        return [.. cold.Select(entry => Ask(engine, entry.Key, [.. entry.Value.Values]))];
    }

    /// <summary>Brings into memory what was read of cold entities. Those that became warm meanwhile know more already.</summary>
    public void Restore(DecisionEngine engine, ColdEntities cold, HistoryAnswer answer)
    {
        var labels = LabelsByEntity(answer);
        var (kind, rows, next) = (cold.Kind, answer.Rows, 0);
        for (var i = 0; i < cold.Question.Named.Count; i++)
        {
            var isCold = engine.FindCold(cold.Question.Named[i], kind) == kind;
            if (isCold)
                engine.Warm(kind, cold.Question.Named[i]);
            for (; next < rows.Count && rows[next].Entity == i; next++)
            {
                if (!isCold)
                    continue;
                StoredTransaction.Decode(rows[next].Payload, _row);
                engine.Restore(kind, _row, rows[next].Sequence);
            }

            if (!isCold)
                continue;
            foreach (var (label, payload) in labels[i])
            {
                StoredTransaction.Decode(payload, _row);
                engine.RestoreLabel(kind, _row, label);
            }
        }
    }

    private static ColdEntities Ask(DecisionEngine engine, int kind, List<Transaction> named)
    {
        var (key, retention) = engine.DescribeEntity(kind);
        return new ColdEntities(kind, new HistoryQuestion(key.First, key.Second, named, retention));
    }

    private static ILookup<int, (Label Label, byte[] Payload)> LabelsByEntity(HistoryAnswer answer)
    {
        if (answer.Labels.Count == 0)
            return Enumerable.Empty<int>().ToLookup(entity => entity, _ => default((Label, byte[])));
        var bySequence = answer.Rows.ToDictionary(row => row.Sequence);
        return answer.Labels.ToLookup(label => bySequence[label.Sequence].Entity, label => (label, bySequence[label.Sequence].Payload));
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
