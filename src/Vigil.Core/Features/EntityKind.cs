using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>All that is restored from the records of one kind of entity, so that each is read once for all of it.</summary>
internal sealed class EntityKind(EntityKey key, EntityIndex[] indexes)
{
    private readonly List<EntityIndex> _cold = new(indexes.Length);

    public EntityKey Key { get; } = key;

    /// <summary>Events at least this much older than the newest of the record do not matter, µs.</summary>
    public long Retention { get; } = indexes.Max(i => i.Retention);

    /// <summary>Where the entity that was looked for last is not in memory.</summary>
    public List<EntityIndex> Cold => _cold;

    /// <summary>Looks where the transaction's entity is not in memory.</summary>
    /// <returns>Whether there is such a place.</returns>
    public bool FindCold(Transaction transaction)
    {
        _cold.Clear();
        foreach (var index in indexes)
        {
            if (index.IsCold(transaction))
                _cold.Add(index);
        }

        return _cold.Count > 0;
    }
}
