namespace Vigil.Core.Expressions.Values;

/// <summary>Lists and maps: indexing, members, membership, size, and building them.</summary>
internal static class Collections
{
    public static Value Index(Value target, Value key)
    {
        if (target.IsError || key.IsError)
            return target.IsError ? target : key;
        switch (target.Kind)
        {
            case ValueKind.Map:
                return target.Map.TryGet(key, out var value) ? value : Errors.NoSuchKey;
            case ValueKind.List when key.IsNumber:
                var place = key.Kind == ValueKind.Double ? Conversions.ToInt(key) : key;
                return place.Kind != ValueKind.Failed && (key.Kind != ValueKind.Double || place.AsInt == key.AsDouble)
                    && place.AsUInt < (ulong)target.Items.Length
                    ? target.Items[place.AsInt]
                    : Errors.BadIndex;
            case ValueKind.List:
                return Errors.BadIndex;
            default:
                return Errors.NoOverload;
        }
    }

    public static Value Select(Value target, Value name)
    {
        if (target.IsError)
            return target;
        if (target.Kind != ValueKind.Map)
            return Errors.NotSelectable;
        return target.Map.TryGet(name, out var value) ? value : Errors.NoSuchKey;
    }

    /// <summary>Whether a map has a member; an error for what is no map.</summary>
    public static int Has(Value target, Value name)
    {
        if (target.Kind != ValueKind.Map)
            return target.IsError ? Truths.Of(target) : Truth.Failed;
        return target.Map.TryGet(name, out _) ? Truth.True : Truth.False;
    }

    public static int In(Value item, Value range)
    {
        if (item.IsError || range.IsError)
            return Truths.Error(item, range);
        if (range.Kind == ValueKind.Map)
            return range.Map.TryGet(item, out _) ? Truth.True : Truth.False;
        if (range.Kind != ValueKind.List)
            return Truth.Failed;
        foreach (var other in range.Items)
        {
            if (Equality.AreEqual(item, other))
                return Truth.True;
        }

        return Truth.False;
    }

    public static Value Size(Value v) => v.Kind switch
    {
        ValueKind.Text => Value.Of((long)TextFunctions.CountCodePoints(v.Octets)),
        ValueKind.Bytes => Value.Of((long)v.Octets.Length),
        ValueKind.List => Value.Of((long)v.Items.Length),
        ValueKind.Map => Value.Of((long)v.Map.Keys.Length),
        _ => v.IsError ? v : Errors.NoOverload,
    };

    /// <summary>A list; the first item that is an error otherwise.</summary>
    public static Value List(Value[] items)
    {
        foreach (var item in items)
        {
            if (item.IsError)
                return item;
        }

        return Value.Of(items);
    }

    /// <summary>What a macro goes through: the items of a list, the keys of a map; null for anything else.</summary>
    public static Value[]? Range(Value range) => range.Kind switch
    {
        ValueKind.List => range.Items,
        ValueKind.Map => range.Map.Keys,
        _ => null,
    };

    /// <summary>Why there is nothing to go through.</summary>
    public static Value NoRange(Value range) => range.IsError ? range : Errors.NoOverload;
}
