namespace Vigil.Core.Expressions.Values;

/// <summary>Between <see cref="Value"/> and <see cref="Truth"/>.</summary>
internal static class Truths
{
    /// <summary>The error of two values of which at least one is an error.</summary>
    public static int Error(in Value a, in Value b) => Of(a.IsError ? a : b);

    /// <summary>The truth of a value; what is no bool is an error.</summary>
    public static int Of(Value value) => value.Kind switch
    {
        ValueKind.Bool => value.AsBool ? Truth.True : Truth.False,
        ValueKind.Missing => Truth.Missing,
        _ => Truth.Failed,
    };

    public static Value ToValue(int truth) => truth switch
    {
        Truth.False => Value.False,
        Truth.True => Value.True,
        Truth.Missing => Value.MissingFact,
        _ => Errors.Condition,
    };

    /// <summary>1 or 0; NaN for an error.</summary>
    public static double ToDouble(int truth) => truth switch
    {
        Truth.False => 0,
        Truth.True => 1,
        _ => double.NaN,
    };

    public static int Not(int truth) => truth <= Truth.True ? 1 - truth : truth;
}
