namespace Vigil.Core.Expressions.Values;

/// <summary>
/// Equality of any two values: numbers as on one line, values of different types are different
/// (cel-spec, langdef.md, "Equality").
/// </summary>
internal static class Equality
{
    public static int Equal(Value a, Value b) =>
        a.IsError || b.IsError ? Truths.Error(a, b) : AreEqual(a, b) ? Truth.True : Truth.False;

    public static int Differ(Value a, Value b) =>
        a.IsError || b.IsError ? Truths.Error(a, b) : AreEqual(a, b) ? Truth.False : Truth.True;

    /// <summary>Of values that are no errors.</summary>
    public static bool AreEqual(in Value a, in Value b)
    {
        if (a.IsNumber && b.IsNumber)
            return Ordering.CompareNumbers(a, b) == 0;
        if (a.Kind != b.Kind)
            return false;
        return a.Kind switch
        {
            ValueKind.Null => true,
            ValueKind.Text or ValueKind.Bytes => a.Octets.SequenceEqual(b.Octets),
            ValueKind.List => AreEqual(a.Items, b.Items),
            ValueKind.Map => AreEqual(a.Map, b.Map),
            ValueKind.Timestamp => a.AsTimestamp == b.AsTimestamp,
            ValueKind.Type => a.Name == b.Name,
            _ => a.AsInt == b.AsInt,
        };
    }

    private static bool AreEqual(Value[] a, Value[] b)
    {
        if (a.Length != b.Length)
            return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (!AreEqual(a[i], b[i]))
                return false;
        }

        return true;
    }

    private static bool AreEqual(MapValue a, MapValue b)
    {
        if (a.Keys.Length != b.Keys.Length)
            return false;
        for (var i = 0; i < a.Keys.Length; i++)
        {
            if (!b.TryGet(a.Keys[i], out var twin) || !AreEqual(a.Values[i], twin))
                return false;
        }

        return true;
    }
}
