using System.Diagnostics.CodeAnalysis;

namespace Vigil.Core.Expressions.Values;

/// <summary>A map in the order of its entries; keys are bool, int, uint or text, and numbers are found across types.</summary>
internal sealed class MapValue
{
    private const int MostSearchedLinearly = 8;

    private readonly Dictionary<Value, int>? _places;

    private MapValue(Value[] keys, Value[] values, Dictionary<Value, int>? places) =>
        (Keys, Values, _places) = (keys, values, places);

    public static MapValue Empty { get; } = new([], [], null);

    public Value[] Keys { get; }

    public Value[] Values { get; }

    /// <summary>A map, or an error where a key has a type that no key has or is there twice.</summary>
    public static Value Create(Value[] keys, Value[] values)
    {
        var places = keys.Length > MostSearchedLinearly ? new Dictionary<Value, int>(keys.Length, KeyComparer.Instance) : null;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i].IsError)
                return keys[i];
            if (values[i].IsError)
                return values[i];
            if (keys[i].Kind is not (ValueKind.Bool or ValueKind.Int or ValueKind.UInt or ValueKind.Text))
                return Errors.KeyType;
            if (places is null ? Find(keys.AsSpan(0, i), keys[i]) >= 0 : !places.TryAdd(keys[i], i))
                return Errors.RepeatedKey;
        }

        return Value.Of(new MapValue(keys, values, places));
    }

    public bool TryGet(in Value key, out Value value)
    {
        var place = Place(key);
        value = place < 0 ? default : Values[place];
        return place >= 0;
    }

    private int Place(in Value key)
    {
        if (_places is null)
            return Find(Keys, key);
        if (key.Kind != ValueKind.Double)
            return _places.TryGetValue(key, out var place) ? place : -1;
        var number = key.AsDouble;
        if (number != Math.Floor(number) || Math.Abs(number) >= 1UL << 63)
            return -1;
        return _places.TryGetValue(Value.Of((long)number), out var whole) ? whole : -1;
    }

    private static int Find(ReadOnlySpan<Value> keys, in Value key)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (Equality.AreEqual(keys[i], key))
                return i;
        }

        return -1;
    }

    private sealed class KeyComparer : IEqualityComparer<Value>
    {
        public static KeyComparer Instance { get; } = new();

        public bool Equals(Value x, Value y) => Equality.AreEqual(x, y);

        public int GetHashCode([DisallowNull] Value key)
        {
            if (key.Kind != ValueKind.Text)
                return key.AsInt.GetHashCode();
            var hash = new HashCode();
            hash.AddBytes(key.Octets);
            return hash.ToHashCode();
        }
    }
}
