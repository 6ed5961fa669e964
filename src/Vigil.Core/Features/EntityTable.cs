namespace Vigil.Core.Features;

/// <summary>
/// Maps an entity's key (the bytes of its text) to a slot number, 0, 1, 2, … Open addressing with linear probing;
/// equal hashes are told apart by the bytes themselves, so two entities never share a state. A bucket holds a part of the
/// hash beside the slot, so that a search looks into memory elsewhere only for the key that it finds.
/// </summary>
internal sealed class EntityTable
{
    private readonly ulong _seed;
    private readonly List<byte[]> _slabs = [];

    // The upper half of the hash and, in the lower, the slot plus one; 0 is free.
    private ulong[] _buckets = new ulong[1024];
    private (int Slab, int Offset, int Length)[] _keys = new (int, int, int)[512];
    private int _slabUsed = SlabLength;

    private const int SlabLength = 1 << 20;

    /// <param name="seed">Any number; one that outsiders cannot guess keeps them from choosing keys that collide.</param>
    public EntityTable(ulong seed) => _seed = seed;

    public int Count { get; private set; }

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var buckets = _buckets;
        var hash = Hash(key);
        for (var i = (int)hash & (buckets.Length - 1); ; i = (i + 1) & (buckets.Length - 1))
        {
            var bucket = buckets[i];
            if (bucket == 0)
                return -1;
            var slot = (int)(uint)bucket - 1;
            if (((bucket ^ hash) >> 32) == 0 && Key(slot).SequenceEqual(key))
                return slot;
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    /// <returns>Its slot: the number of keys before it.</returns>
    public int Add(ReadOnlySpan<byte> key)
    {
        var slot = Count++;
        if (slot == _keys.Length)
            Array.Resize(ref _keys, slot * 2);
        _keys[slot] = Store(key);
        if (Count * 2 > _buckets.Length)
            Rehash();
        else
            Place(slot);
        return slot;
    }

    public ReadOnlySpan<byte> Key(int slot)
    {
        var (slab, offset, length) = _keys[slot];
        return _slabs[slab].AsSpan(offset, length);
    }

    public void Clear()
    {
        Count = 0;
        _slabs.Clear();
        _slabUsed = SlabLength;
        Array.Clear(_buckets);
    }

    private (int Slab, int Offset, int Length) Store(ReadOnlySpan<byte> key)
    {
        if (SlabLength - _slabUsed < key.Length)
        {
            _slabs.Add(GC.AllocateUninitializedArray<byte>(SlabLength));
            _slabUsed = 0;
        }

        key.CopyTo(_slabs[^1].AsSpan(_slabUsed));
        var place = (_slabs.Count - 1, _slabUsed, key.Length);
        _slabUsed += key.Length;
        return place;
    }

    private void Rehash()
    {
        _buckets = new ulong[_buckets.Length * 2];
        for (var slot = 0; slot < Count; slot++)
            Place(slot);
    }

    private void Place(int slot)
    {
        var hash = Hash(Key(slot));
        var i = (int)hash & (_buckets.Length - 1);
        while (_buckets[i] != 0)
            i = (i + 1) & (_buckets.Length - 1);
        _buckets[i] = (hash & ~(ulong)uint.MaxValue) | (uint)(slot + 1);
    }

    private ulong Hash(ReadOnlySpan<byte> key) => Hash64.Of(key, _seed);
}
