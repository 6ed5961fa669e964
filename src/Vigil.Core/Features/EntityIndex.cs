using Vigil.Core.Expressions;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>All entities of one kind: which are in memory, and their events in each group.</summary>
internal sealed class EntityIndex
{
    private readonly EntityTable _table;
    private readonly EventGroup[] _groups;
    private byte[] _key = new byte[64];

    public EntityIndex(EntityKey key, EventGroup[] groups, ulong seed)
    {
        Key = key;
        _groups = groups;
        _table = new EntityTable(seed);
        Retention = groups.Max(g => g.Retention);
    }

    public EntityKey Key { get; }

    /// <summary>Events at least this much older than the entity's newest do not matter, µs.</summary>
    public long Retention { get; }

    public int Count => _table.Count;

    /// <summary>Whether the transaction names an entity that is not in memory.</summary>
    public bool IsCold(Transaction transaction) =>
        TryKey(transaction, out var key) && _table.Find(key) < 0;

    /// <summary>Begins an empty history for the transaction's entity, if it is not in memory.</summary>
    public void Add(Transaction transaction)
    {
        if (TryKey(transaction, out var key) && _table.Find(key) < 0)
            AddSlot(key);
    }

    public void Observe(Row row, long sequence)
    {
        if (!TryKey(row.Transaction, out var key))
        {
            foreach (var group in _groups)
                group.Skip(row);
            return;
        }

        var slot = _table.Find(key);
        if (slot < 0)
            slot = AddSlot(key);
        foreach (var group in _groups)
            group.Observe(slot, row, sequence);
    }

    /// <summary>Takes an event in only where its entity is in memory already: a cold one is restored when it is needed, with this event.</summary>
    public void ObserveIfWarm(Row row, long sequence)
    {
        if (TryKey(row.Transaction, out var key) && _table.Find(key) >= 0)
            Observe(row, sequence);
    }

    public void ApplyLabel(Transaction transaction, in Label label)
    {
        if (!TryKey(transaction, out var key) || _table.Find(key) is not (>= 0 and var slot))
            return;
        foreach (var group in _groups)
            group.ApplyLabel(slot, transaction.Time, label);
    }

    public void Clear()
    {
        _table.Clear();
        foreach (var group in _groups)
            group.Clear();
    }

    private int AddSlot(ReadOnlySpan<byte> key)
    {
        var slot = _table.Add(key);
        foreach (var group in _groups)
            group.AddSlot(slot);
        return slot;
    }

    /// <summary>The key's bytes; a pair is (length of the first, first, second), so that no two pairs are alike.</summary>
    private bool TryKey(Transaction transaction, out ReadOnlySpan<byte> key)
    {
        key = transaction[Key.First];
        if (key.IsEmpty || Key.Second is not { } secondField)
            return !key.IsEmpty;
        var second = transaction[secondField];
        var length = 2 + key.Length + second.Length;
        if (_key.Length < length)
            _key = new byte[length * 2];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(_key, (ushort)key.Length);
        key.CopyTo(_key.AsSpan(2));
        second.CopyTo(_key.AsSpan(2 + key.Length));
        key = _key.AsSpan(0, length);
        return !second.IsEmpty;
    }
}
