namespace Vigil.Core.Expressions.Values;

/// <summary>
/// + - * / % and the sign of any two values (cel-spec, langdef.md, "Arithmetic Operators", "Overflow").
/// </summary>
internal static class Arithmetic
{
    public static Value Add(Value a, Value b, NumberRule rule)
    {
        if (Decided(a, b, rule, out var error, out var isDouble))
            return isDouble ? Number(a.ToDouble() + b.ToDouble(), rule) : error;
        long sum;
        switch (a.Kind, b.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                sum = unchecked(a.AsInt + b.AsInt);
                return ((a.AsInt ^ sum) & (b.AsInt ^ sum)) < 0 ? Errors.Overflow : Value.Of(sum);
            case (ValueKind.UInt, ValueKind.UInt):
                return a.AsUInt > ulong.MaxValue - b.AsUInt ? Errors.Overflow : Value.Of(a.AsUInt + b.AsUInt);
            case (ValueKind.Text, ValueKind.Text):
                return Value.Text([.. a.Octets, .. b.Octets]);
            case (ValueKind.Bytes, ValueKind.Bytes):
                return Value.Bytes([.. a.Octets, .. b.Octets]);
            case (ValueKind.List, ValueKind.List):
                return Value.Of([.. a.Items, .. b.Items]);
            default:
                return Time.Add(a, b);
        }
    }

    public static Value Subtract(Value a, Value b, NumberRule rule)
    {
        if (Decided(a, b, rule, out var error, out var isDouble))
            return isDouble ? Number(a.ToDouble() - b.ToDouble(), rule) : error;
        switch (a.Kind, b.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                var difference = unchecked(a.AsInt - b.AsInt);
                return ((a.AsInt ^ b.AsInt) & (a.AsInt ^ difference)) < 0 ? Errors.Overflow : Value.Of(difference);
            case (ValueKind.UInt, ValueKind.UInt):
                return a.AsUInt < b.AsUInt ? Errors.Overflow : Value.Of(a.AsUInt - b.AsUInt);
            default:
                return Time.Subtract(a, b);
        }
    }

    public static Value Multiply(Value a, Value b, NumberRule rule)
    {
        if (Decided(a, b, rule, out var error, out var isDouble))
            return isDouble ? Number(a.ToDouble() * b.ToDouble(), rule) : error;
        switch (a.Kind, b.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                var high = Math.BigMul(a.AsInt, b.AsInt, out var low);
                return high == low >> 63 ? Value.Of(low) : Errors.Overflow;
            case (ValueKind.UInt, ValueKind.UInt):
                return Math.BigMul(a.AsUInt, b.AsUInt, out var product) == 0 ? Value.Of(product) : Errors.Overflow;
            default:
                return Errors.NoOverload;
        }
    }

    public static Value Divide(Value a, Value b, NumberRule rule)
    {
        if (Decided(a, b, rule, out var error, out var isDouble))
        {
            return !isDouble ? error
                : rule == NumberRule.Facts ? Number(FactMath.Divide(a.ToDouble(), b.ToDouble()), rule)
                : Value.Of(a.ToDouble() / b.ToDouble());
        }

        switch (a.Kind, b.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                return b.AsInt == 0 ? Errors.DivisionByZero
                    : b.AsInt == -1 && a.AsInt == long.MinValue ? Errors.Overflow
                    : Value.Of(a.AsInt / b.AsInt);
            case (ValueKind.UInt, ValueKind.UInt):
                return b.AsUInt == 0 ? Errors.DivisionByZero : Value.Of(a.AsUInt / b.AsUInt);
            default:
                return Errors.NoOverload;
        }
    }

    public static Value Remainder(Value a, Value b, NumberRule rule)
    {
        if (Decided(a, b, rule, out var error, out var isDouble))
        {
            return !isDouble ? error
                : rule == NumberRule.Strict ? Errors.NoOverload
                : Number(rule == NumberRule.Facts ? FactMath.Remainder(a.ToDouble(), b.ToDouble()) : a.ToDouble() % b.ToDouble(), rule);
        }

        switch (a.Kind, b.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                return b.AsInt == 0 ? Errors.DivisionByZero : Value.Of(b.AsInt == -1 ? 0 : a.AsInt % b.AsInt);
            case (ValueKind.UInt, ValueKind.UInt):
                return b.AsUInt == 0 ? Errors.DivisionByZero : Value.Of(a.AsUInt % b.AsUInt);
            default:
                return Errors.NoOverload;
        }
    }

    public static Value Negate(Value a) => a.Kind switch
    {
        ValueKind.Int when a.AsInt == long.MinValue => Errors.Overflow,
        ValueKind.Int => Value.Of(-a.AsInt),
        ValueKind.Double => Value.Of(-a.AsDouble),
        _ => a.IsError ? a : Errors.NoOverload,
    };

    private static Value Number(double value, NumberRule rule) =>
        rule == NumberRule.Facts && double.IsNaN(value) ? Value.MissingFact : Value.Of(value);

    /// <summary>Whether an operand is an error, or the operation is one of doubles.</summary>
    private static bool Decided(in Value a, in Value b, NumberRule rule, out Value error, out bool isDouble)
    {
        error = a.IsError ? a : b;
        isDouble = !a.IsError && !b.IsError && (rule != NumberRule.Strict
            ? a.IsNumber && b.IsNumber && (a.Kind == ValueKind.Double || b.Kind == ValueKind.Double)
            : a.Kind == ValueKind.Double && b.Kind == ValueKind.Double);
        return isDouble || error.IsError;
    }
}
