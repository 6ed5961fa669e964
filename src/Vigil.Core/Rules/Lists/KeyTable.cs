namespace Vigil.Core.Rules.Lists;

/// <summary>
/// Keys (bytes) and until when they count, by open addressing with linear probing. Removal shifts the following entries
/// back, so that the table never fills with graves. One of many parts of a list: small, so that it grows in no time.
/// </summary>
internal sealed class KeyTable
{
    private Slot[] _slots = new Slot[8];
    private byte[] _keys = new byte[64];
    private int _used;
    private int _garbage;

    public int Count { get; private set; }

    /// <summary>Until when a key counts, µs of event time; <see cref="long.MinValue"/> where it is not there.</summary>
    public long Find(ulong hash, ReadOnlySpan<byte> key)
    {
        ref var slot = ref _slots[Locate(hash, key)];
        return slot.Length > 0 ? slot.Until : long.MinValue;
    }

    /// <summary>Adds a key, or gives it another end.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(ulong hash, ReadOnlySpan<byte> key, long until)
    {
        var at = Locate(hash, key);
        if (_slots[at].Length > 0)
        {
            _slots[at].Until = until;
            return false;
        }

        if ((Count + 1) * 4 > _slots.Length * 3)
        {
            Rebuild(_slots.Length * 2);
            at = Locate(hash, key);
        }

        if (_keys.Length - _used < key.Length)
        {
            if (_garbage > _used / 2)
                Rebuild(_slots.Length);
            if (_keys.Length - _used < key.Length)
                Array.Resize(ref _keys, Math.Max(_keys.Length * 2, _used + key.Length));
            at = Locate(hash, key);
        }

        key.CopyTo(_keys.AsSpan(_used));
        _slots[at] = new Slot { Hash = hash, Offset = _used, Length = key.Length, Until = until };
        _used += key.Length;
        Count++;
        return true;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ulong hash, ReadOnlySpan<byte> key)
    {
        var i = Locate(hash, key);
        if (_slots[i].Length == 0)
            return false;
        _garbage += _slots[i].Length;
        Count--;
        var mask = _slots.Length - 1;
        for (var j = (i + 1) & mask; _slots[j].Length > 0; j = (j + 1) & mask)
        {
            var home = (int)_slots[j].Hash & mask;
            if (((j - home) & mask) < ((j - i) & mask))
                continue;
            _slots[i] = _slots[j];
            i = j;
        }

        _slots[i] = default;
        return true;
    }

    private int Locate(ulong hash, ReadOnlySpan<byte> key)
    {
        var mask = _slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref _slots[i];
            if (slot.Length == 0 || (slot.Hash == hash && _keys.AsSpan(slot.Offset, slot.Length).SequenceEqual(key)))
                return i;
        }
    }

    private void Rebuild(int length)
    {
        var (slots, keys) = (_slots, _keys);
        _slots = new Slot[length];
        _keys = new byte[Math.Max(64, (_used - _garbage) * 2)];
        (_used, _garbage) = (0, 0);
        foreach (var slot in slots)
        {
            if (slot.Length == 0)
                continue;
            var key = keys.AsSpan(slot.Offset, slot.Length);
            key.CopyTo(_keys.AsSpan(_used));
            _slots[Locate(slot.Hash, key)] = slot with { Offset = _used };
            _used += slot.Length;
        }
    }

    private struct Slot
    {
        public ulong Hash;
        public long Until;
        public int Offset;
        public int Length;
    }
}
