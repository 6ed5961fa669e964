using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Checking;

/// <content>Operators.</content>
internal sealed partial class Checker
{
    private static readonly CelType[] Comparable =
    [
        CelType.Bool, CelType.Int, CelType.UInt, CelType.Double, CelType.Text, CelType.Bytes, CelType.Timestamp, CelType.Duration,
    ];

    // By operator: types of the operands and of the result.
    private static readonly Dictionary<char, (CelType Left, CelType Right, CelType Result)[]> ArithmeticOverloads = new()
    {
        ['+'] =
        [
            .. Numbers(CelType.Int, CelType.UInt, CelType.Double), (CelType.Text, CelType.Text, CelType.Text), (CelType.Bytes, CelType.Bytes, CelType.Bytes),
            (CelType.Timestamp, CelType.Duration, CelType.Timestamp), (CelType.Duration, CelType.Timestamp, CelType.Timestamp),
            (CelType.Duration, CelType.Duration, CelType.Duration), (CelType.AnyList, CelType.AnyList, CelType.AnyList),
        ],
        ['-'] =
        [
            .. Numbers(CelType.Int, CelType.UInt, CelType.Double), (CelType.Timestamp, CelType.Timestamp, CelType.Duration),
            (CelType.Timestamp, CelType.Duration, CelType.Timestamp), (CelType.Duration, CelType.Duration, CelType.Duration),
        ],
        ['*'] = Numbers(CelType.Int, CelType.UInt, CelType.Double),
        ['/'] = Numbers(CelType.Int, CelType.UInt, CelType.Double),
        ['%'] = Numbers(CelType.Int, CelType.UInt),
    };

    private static (CelType Left, CelType Right, CelType Result)[] Numbers(params CelType[] types) => [.. types.Select(t => (t, t, t))];

    /// <summary>Whether values of two types may be compared: alike, or in Vigil's scope any two numbers.</summary>
    private bool Compares(CelType a, CelType b) => a.Agrees(b) || (!scope.IsPure && a.IsNumber && b.IsNumber);

    private Node Unary(Syntax.Unary unary)
    {
        var operand = Check(unary.Operand);
        if (unary.Operator == "!")
            return new Node.Not(ExpectCondition(operand), unary.Offset);
        Require(
            operand.Type.Kind is TypeKind.Int or TypeKind.Double or TypeKind.Dyn, unary.Offset,
            $"found -{operand.Type}, expected an int or a double after the sign{NumberHint(operand)}");
        return operand is Node.Constant constant
            ? new Node.Constant(Arithmetic.Negate(constant.Value), operand.Type, unary.Offset)
            : new Node.Negation(operand, operand.Type, unary.Offset);
    }

    private Node Binary(Syntax.Binary binary) => binary.Operator switch
    {
        "&&" or "||" => Logic(binary),
        "in" => In(binary),
        "==" or "!=" or "<" or "<=" or ">" or ">=" => Compare(binary),
        _ => Calculate(binary),
    };

    private Node.Logic Logic(Syntax.Binary binary)
    {
        // A chain nests to the left; it is walked, not recursed into.
        var operands = new List<Node>();
        Syntax rest = binary;
        while (rest is Syntax.Binary inner && inner.Operator == binary.Operator)
        {
            operands.Add(ExpectCondition(Check(inner.Right)));
            rest = inner.Left;
        }

        operands.Add(ExpectCondition(Check(rest)));
        operands.Reverse();
        return new Node.Logic(binary.Operator == "&&", operands, binary.Offset);
    }

    private Node.Comparison Compare(Syntax.Binary binary)
    {
        var (left, right) = (Check(binary.Left), Check(binary.Right));
        var fits = Compares(left.Type, right.Type);
        if (binary.Operator is not ("==" or "!="))
            fits &= Comparable.Any(t => left.Type.Agrees(t)) && Comparable.Any(t => right.Type.Agrees(t));
        Require(fits, binary.Offset, $"found {left.Type} {binary.Operator} {right.Type}, expected two values of one type{ComparisonHint(left, right)}");
        RefuseEmptyText(left, right);
        return new Node.Comparison(binary.Operator, left, right, binary.Offset);
    }

    private string ComparisonHint(Node left, Node right)
    {
        if (scope.IsPure)
            return left.Type.IsNumber && right.Type.IsNumber ? "; int(x), uint(x) and double(x) convert" : "";
        return (left.Type.Kind == TypeKind.Text && right.Type.IsNumber) || (right.Type.Kind == TypeKind.Text && left.Type.IsNumber)
            ? "; number(x) reads the number in a text, and a text stands in \"quotes\""
            : "";
    }

    /// <summary>A field that is empty is missing, so that a comparison with an empty text would never hold.</summary>
    private void RefuseEmptyText(Node one, Node other)
    {
        if (scope.IsPure)
            return;
        if (one is Node.FieldText && IsEmptyText(other))
            throw Error(other.Offset, "an empty field is a missing one, and nothing equals it; write has(…) or !has(…)");
        if (other is Node.FieldText && IsEmptyText(one))
            throw Error(one.Offset, "an empty field is a missing one, and nothing equals it; write has(…) or !has(…)");
    }

    private static bool IsEmptyText(Node node) => node is Node.Constant { Value: { Kind: ValueKind.Text, Octets.IsEmpty: true } };

    private Node Calculate(Syntax.Binary binary)
    {
        var (left, right) = (Check(binary.Left), Check(binary.Right));
        var op = binary.Operator[0];
        var results = ArithmeticOverloads[op].Where(o => left.Type.Agrees(o.Left) && right.Type.Agrees(o.Right)).Select(o => o.Result).ToList();
        if (op == '+' && left.Type.Kind == TypeKind.List && right.Type.Kind == TypeKind.List)
            results = left.Type.Agrees(right.Type) ? [CelType.Join(left.Type, right.Type)] : [];
        if (!scope.IsPure && (left.Type.IsNumber || left.Type.IsDyn) && (right.Type.IsNumber || right.Type.IsDyn)
            && (left.Type.Kind == TypeKind.Double || right.Type.Kind == TypeKind.Double))
            results = [CelType.Double];
        if (!scope.IsPure && left.Type.IsDyn != right.Type.IsDyn && (left.Type.IsNumber || right.Type.IsNumber) && results is [var type] && type != CelType.Double)
            results = [CelType.Dyn];
        Require(results.Count > 0, binary.Offset, $"found {left.Type} {op} {right.Type}, expected {Expected(op)}{CalculationHint(left, right)}");
        var result = results.Count == 0 ? CelType.Dyn : results.Aggregate(CelType.Join);
        if (left is Node.Constant a && right is Node.Constant b)
            return new Node.Constant(Calculate(op, a.Value, b.Value, scope.IsPure ? NumberRule.Strict : NumberRule.Promote), result, binary.Offset);
        return new Node.Arithmetic(op, left, right, result, binary.Offset);
    }

    private static Value Calculate(char op, Value a, Value b, NumberRule rule) => op switch
    {
        '+' => Arithmetic.Add(a, b, rule),
        '-' => Arithmetic.Subtract(a, b, rule),
        '*' => Arithmetic.Multiply(a, b, rule),
        '/' => Arithmetic.Divide(a, b, rule),
        _ => Arithmetic.Remainder(a, b, rule),
    };

    private string Expected(char op) => op switch
    {
        '+' => "two numbers, strings, bytes, lists, durations, or a timestamp and a duration",
        '-' => "two numbers, timestamps, durations, or a timestamp and a duration",
        '%' when scope.IsPure => "two ints or two uints",
        _ => scope.IsPure ? "two numbers of one type" : "two numbers",
    };

    private string CalculationHint(Node left, Node right) =>
        scope.IsPure ? (left.Type.IsNumber && right.Type.IsNumber ? "; int(x), uint(x) and double(x) convert" : "")
        : left.Type.IsNumber && right.Type.IsNumber ? "; int(x) makes an int of a uint"
        : NumberHint(left) is { Length: > 0 } hint ? hint
        : NumberHint(right);

    private Node In(Syntax.Binary binary)
    {
        var item = Check(binary.Left);
        if (!scope.IsPure && binary.Right is Syntax.Call { Target: null, Function: "list" } call)
            return Lookup(item, call, binary.Offset);
        var range = Check(binary.Right);
        var (fits, expected) = range.Type.Kind switch
        {
            TypeKind.Dyn => (true, ""),
            TypeKind.List => (Compares(item.Type, range.Type.Element!), $"a list({item.Type}) after 'in'"),
            TypeKind.Map => (Compares(item.Type, range.Type.Key!), $"a map with {item.Type} keys after 'in'"),
            _ => (false, "a list such as [\"a\", \"b\"] or a map after 'in'"),
        };
        Require(fits, range.Offset, $"found {item.Type} in {range.Type}, expected {expected}");
        if (range is Node.Attributes && item is Node.Constant { Value.Kind: ValueKind.Text } constant)
        {
            var name = System.Text.Encoding.UTF8.GetString(constant.Value.Octets);
            UseAttribute(name);
            return new Node.HasMember(range, name, binary.Offset);
        }

        return new Node.Membership(item, range, binary.Offset);
    }

    private Node Conditional(Syntax.Conditional conditional)
    {
        // else-branches nest to the right and are walked, not recursed into.
        var branches = new List<(Node Test, Node Then, int Offset)>();
        Syntax rest = conditional;
        while (rest is Syntax.Conditional inner)
        {
            branches.Add((ExpectCondition(Check(inner.Test)), Check(inner.Then), inner.Offset));
            rest = inner.Else;
        }

        var result = Check(rest);
        for (var i = branches.Count - 1; i >= 0; i--)
        {
            var (test, then, offset) = branches[i];
            result = new Node.Conditional(test, then, result, JoinBranches(then, result, offset), offset);
        }

        return result;
    }

    /// <summary>The type of what is one of two values.</summary>
    private CelType JoinBranches(Node one, Node other, int offset)
    {
        Require(Compares(one.Type, other.Type), offset, $"found {one.Type} and {other.Type}, expected two values of one type");
        return !scope.IsPure && one.Type != other.Type && one.Type.IsNumber && other.Type.IsNumber
            ? CelType.Double
            : CelType.Join(one.Type, other.Type);
    }
}
