using Vigil.Core.Expressions;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>All entities of one kind: which are in memory, and their events in each group.</summary>
internal sealed class EntityIndex
{
    private readonly EntityTable _table;
    private readonly EntityTable? _accounts;
    private readonly EventGroup[] _groups;
    private byte[] _key = new byte[64];

    // By account: its newest event time, of whatever pair.
    private long[] _newest = [];

    public EntityIndex(EntityKey key, EventGroup[] groups, ulong seed)
    {
        Key = key;
        _groups = groups;
        _table = new EntityTable(seed);
        if (key.Second is not null && key.Has(Field.AccountId))
            _accounts = new EntityTable(seed);
        Retention = groups.Max(g => g.Retention);
    }

    public EntityKey Key { get; }

    /// <summary>
    /// Whose record brings an entity into memory: the account's, where the key is a pair with it. All pairs of an account
    /// come into memory with it, so that a new one is known to be new.
    /// </summary>
    public EntityKey RecordKey => _accounts is null ? Key : new EntityKey(Field.AccountId);

    /// <summary>Events at least this much older than the newest of its record do not matter, µs.</summary>
    public long Retention { get; }

    public int Count => _table.Count;

    /// <summary>Whether the transaction names an entity that is not in memory.</summary>
    public bool IsCold(Transaction transaction)
    {
        if (_accounts is not null)
            return _accounts.Find(transaction[Field.AccountId]) < 0;
        return TryKey(transaction, out var key) && _table.Find(key) < 0;
    }

    /// <summary>Begins an empty history for the transaction's entity, if it is not in memory.</summary>
    public void Add(Transaction transaction)
    {
        if (_accounts is not null)
            FindAccount(transaction);
        else if (TryKey(transaction, out var key) && _table.Find(key) < 0)
            AddSlot(key);
    }

    public void Observe(Row row, long sequence)
    {
        var newest = Advance(row.Transaction);
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
            group.Observe(slot, row, sequence, newest);
    }

    /// <summary>Takes an event in only where its entity is in memory already: a cold one is restored when it is needed, with this event.</summary>
    public void ObserveIfWarm(Row row, long sequence)
    {
        if (!IsCold(row.Transaction))
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
        _accounts?.Clear();
        foreach (var group in _groups)
            group.Clear();
    }

    /// <summary>
    /// Moves the account's time on. Pairs with an account forget by its time and not by their own: their histories are a
    /// function of the account's youngest rows then, and no older one need be looked for when one is late.
    /// </summary>
    /// <returns>The newest event time before the transaction; the least value where the entity has its own time.</returns>
    private long Advance(Transaction transaction)
    {
        if (_accounts is null)
            return long.MinValue;
        var slot = FindAccount(transaction);
        var before = _newest[slot];
        _newest[slot] = Math.Max(before, transaction.Time);
        return before;
    }

    private int FindAccount(Transaction transaction)
    {
        var slot = _accounts!.Find(transaction[Field.AccountId]);
        if (slot >= 0)
            return slot;
        slot = _accounts.Add(transaction[Field.AccountId]);
        if (slot == _newest.Length)
            Array.Resize(ref _newest, Math.Max(64, slot * 2));
        _newest[slot] = long.MinValue;
        return slot;
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
