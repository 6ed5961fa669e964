namespace Vigil.Core.Features;

/// <summary>
/// Maps an entity's key (the bytes of its text) to a slot number, 0, 1, 2, … Open addressing with linear probing;
/// equal hashes are told apart by the bytes themselves, so two entities never share a state.
/// </summary>
internal sealed class EntityTable
{
    private readonly ulong _seed;
    private readonly List<byte[]> _slabs = [];
    private int[] _buckets = NewBuckets(1024);
    private ulong[] _hashes = new ulong[512];
    private (int Slab, int Offset, int Length)[] _keys = new (int, int, int)[512];
    private int _slabUsed = SlabLength;

    private const int SlabLength = 1 << 20;

    /// <param name="seed">Any number; one that outsiders cannot guess keeps them from choosing keys that collide.</param>
    public EntityTable(ulong seed) => _seed = seed;

    public int Count { get; private set; }

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        for (var i = (int)hash & (_buckets.Length - 1); ; i = (i + 1) & (_buckets.Length - 1))
        {
            var slot = _buckets[i];
            if (slot < 0 || (_hashes[slot] == hash && Key(slot).SequenceEqual(key)))
                return slot;
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    /// <returns>Its slot: the number of keys before it.</returns>
    public int Add(ReadOnlySpan<byte> key)
    {
        var slot = Count++;
        if (slot == _hashes.Length)
        {
            Array.Resize(ref _hashes, slot * 2);
            Array.Resize(ref _keys, slot * 2);
        }

        _hashes[slot] = Hash(key);
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
        Array.Fill(_buckets, -1);
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
        _buckets = NewBuckets(_buckets.Length * 2);
        for (var slot = 0; slot < Count; slot++)
            Place(slot);
    }

    private void Place(int slot)
    {
        var i = (int)_hashes[slot] & (_buckets.Length - 1);
        while (_buckets[i] >= 0)
            i = (i + 1) & (_buckets.Length - 1);
        _buckets[i] = slot;
    }

    private ulong Hash(ReadOnlySpan<byte> key) => Hash64.Of(key, _seed);

    private static int[] NewBuckets(int length)
    {
        var buckets = new int[length];
        Array.Fill(buckets, -1);
        return buckets;
    }
}
