namespace Vigil.Core.Expressions.Values;

/// <summary>The order of two values (cel-spec, langdef.md, "Ordering").</summary>
internal static class Ordering
{
    private const int Unordered = 2;

    public static int Less(Value a, Value b) => TryCompare(a, b, out var order) is var error and not Truth.True
        ? error
        : order == -1 ? Truth.True : Truth.False;

    public static int LessOrEqual(Value a, Value b) => TryCompare(a, b, out var order) is var error and not Truth.True
        ? error
        : order is -1 or 0 ? Truth.True : Truth.False;

    public static int Greater(Value a, Value b) => Less(b, a);

    public static int GreaterOrEqual(Value a, Value b) => LessOrEqual(b, a);

    /// <summary>
    /// -1, 0 or 1; 2 where one is NaN. An int and a uint are compared exactly; beside a double they are rounded to the
    /// nearest double first, as the specification's tests want it.
    /// </summary>
    public static int CompareNumbers(in Value a, in Value b)
    {
        if (a.Kind == ValueKind.Double || b.Kind == ValueKind.Double)
            return Compare(a.ToDouble(), b.ToDouble());
        return (a.Kind, b.Kind) switch
        {
            (ValueKind.Int, ValueKind.Int) => a.AsInt.CompareTo(b.AsInt),
            (ValueKind.UInt, ValueKind.UInt) => a.AsUInt.CompareTo(b.AsUInt),
            (ValueKind.Int, _) => a.AsInt < 0 ? -1 : ((ulong)a.AsInt).CompareTo(b.AsUInt),
            _ => b.AsInt < 0 ? 1 : a.AsUInt.CompareTo((ulong)b.AsInt),
        };
    }

    private static int Compare(double a, double b) => a < b ? -1 : a > b ? 1 : a == b ? 0 : Unordered;

    /// <returns>Truth.True where the two have an order, otherwise the error.</returns>
    private static int TryCompare(in Value a, in Value b, out int order)
    {
        order = 0;
        if (a.IsError || b.IsError)
            return Truths.Error(a, b);
        if (a.IsNumber && b.IsNumber)
        {
            order = CompareNumbers(a, b);
            return Truth.True;
        }

        if (a.Kind != b.Kind)
            return Truth.Failed;
        switch (a.Kind)
        {
            case ValueKind.Bool or ValueKind.Duration:
                order = a.AsInt.CompareTo(b.AsInt);
                return Truth.True;
            case ValueKind.Text or ValueKind.Bytes:
                order = Math.Sign(a.Octets.SequenceCompareTo(b.Octets));
                return Truth.True;
            case ValueKind.Timestamp:
                order = a.AsTimestamp.CompareTo(b.AsTimestamp);
                return Truth.True;
            default:
                return Truth.Failed;
        }
    }
}
