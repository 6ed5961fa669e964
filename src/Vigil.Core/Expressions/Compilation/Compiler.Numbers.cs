using System.Linq.Expressions;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <content>Arithmetic, comparisons and functions of numbers.</content>
internal sealed partial class Compiler
{
    /// <summary>
    /// Whether two operands are calculated with as doubles. Outside of Vigil's scope both must be doubles already: NaN
    /// does not stand for an error there.
    /// </summary>
    private bool AreDoubles(Node left, in Compiled leftCode, Node right, in Compiled rightCode)
    {
        if (scope.IsPure)
            return leftCode.Code.Type == typeof(double) && rightCode.Code.Type == typeof(double);
        return (left.Type.Kind == TypeKind.Double && (right.Type.IsNumber || right.Type.IsDyn) && leftCode.Code.Type == typeof(double))
            || (right.Type.Kind == TypeKind.Double && (left.Type.IsNumber || left.Type.IsDyn) && rightCode.Code.Type == typeof(double));
    }

    private Compiled Calculation(Node.Arithmetic node)
    {
        var (left, right) = (Compile(node.Left), Compile(node.Right));
        var readsFacts = left.ReadsFacts || right.ReadsFacts;
        if (AreDoubles(node.Left, left, node.Right, right) && (node.Operator != '%' || !scope.IsPure))
        {
            var (a, b) = (AsDouble(left), AsDouble(right));
            Expression code = node.Operator switch
            {
                '+' => Expression.Add(a, b),
                '-' => Expression.Subtract(a, b),
                '*' => Expression.Multiply(a, b),
                '/' when readsFacts => Call(FactMath.Divide, a, b),
                '/' => Expression.Divide(a, b),
                _ when readsFacts => Call(FactMath.Remainder, a, b),
                _ => Expression.Modulo(a, b),
            };
            var canBeMissing = readsFacts || left.CanBeMissing || right.CanBeMissing || IsValue(left) || IsValue(right);
            return new Compiled(code, canBeMissing, readsFacts);
        }

        Func<Value, Value, NumberRule, Value> method = node.Operator switch
        {
            '+' => Arithmetic.Add,
            '-' => Arithmetic.Subtract,
            '*' => Arithmetic.Multiply,
            '/' => Arithmetic.Divide,
            _ => Arithmetic.Remainder,
        };
        var rule = scope.IsPure ? NumberRule.Strict : readsFacts ? NumberRule.Facts : NumberRule.Promote;
        return new Compiled(Call(method, AsValue(left), AsValue(right), Expression.Constant(rule)), readsFacts, readsFacts);
    }

    private Compiled Negation(Node.Negation node)
    {
        var operand = Compile(node.Operand);
        return operand.Code.Type == typeof(double)
            ? operand with { Code = Expression.Negate(operand.Code) }
            : operand with { Code = Call(Arithmetic.Negate, AsValue(operand)) };
    }

    private Compiled NumberCall(Node.NumberCall node)
    {
        var arguments = node.Arguments.Select(Compile).ToList();
        return new Compiled(Expression.Call(node.Method, arguments.Select(a => AsDouble(a))), true, true);
    }

    private Compiled ReadNumber(Node.ReadNumber node)
    {
        if (node.Operand is Node.Attribute attribute)
            return Fact(Call(Facts.AttributeNumber, row, Expression.Constant(attribute.Name)));
        var operand = Compile(node.Operand);
        return operand.Code.Type == typeof(double) ? operand : Fact(Call(Facts.ReadNumber, AsValue(operand)));
    }

    private Compiled Comparison(Node.Comparison node)
    {
        if (FieldComparison(node) is { } ofField)
            return ofField;
        var (left, right) = (Compile(node.Left), Compile(node.Right));
        var readsFacts = left.ReadsFacts || right.ReadsFacts;
        if (left.Code.Type == typeof(long) && right.Code.Type == typeof(long))
            return new Compiled(Simple(node.Operator, left.Code, right.Code), false, readsFacts);
        var bothNumbers = node.Left.Type.IsNumber && node.Right.Type.IsNumber;
        if (bothNumbers && AreDoubles(node.Left, left, node.Right, right))
        {
            var canBeMissing = left.CanBeMissing || right.CanBeMissing || IsValue(left) || IsValue(right);
            var (a, b) = (AsDouble(left), AsDouble(right));
            return new Compiled(canBeMissing ? WithMissing(node.Operator, a, b) : Simple(node.Operator, a, b), false, readsFacts);
        }

        Func<Value, Value, int> method = node.Operator switch
        {
            "==" => Equality.Equal,
            "!=" => Equality.Differ,
            "<" => Ordering.Less,
            "<=" => Ordering.LessOrEqual,
            ">" => Ordering.Greater,
            _ => Ordering.GreaterOrEqual,
        };
        return new Compiled(Call(method, AsValue(left), AsValue(right)), false, readsFacts);
    }

    private static bool IsValue(in Compiled operand) => operand.Code.Type == typeof(Value);

    private static BinaryExpression Simple(string op, Expression a, Expression b) => op switch
    {
        "==" => Expression.Equal(a, b),
        "!=" => Expression.NotEqual(a, b),
        "<" => Expression.LessThan(a, b),
        "<=" => Expression.LessThanOrEqual(a, b),
        ">" => Expression.GreaterThan(a, b),
        _ => Expression.GreaterThanOrEqual(a, b),
    };

    /// <summary>The comparison that holds where the given one does not, unless one side is NaN.</summary>
    private static BinaryExpression Opposite(string op, Expression a, Expression b) => op switch
    {
        "==" => Expression.OrElse(Expression.LessThan(a, b), Expression.GreaterThan(a, b)),
        "!=" => Expression.Equal(a, b),
        "<" => Expression.GreaterThanOrEqual(a, b),
        "<=" => Expression.GreaterThan(a, b),
        ">" => Expression.LessThanOrEqual(a, b),
        _ => Expression.LessThan(a, b),
    };

    /// <summary>A comparison of doubles of which one can be missing: a truth.</summary>
    private static MissingComparison WithMissing(string op, Expression a, Expression b) => new(op, a, b);

    /// <summary>
    /// A comparison in which NaN is missing. Kept as a node of its own, so that a chain of conditions can jump on its
    /// outcome instead of making a number of it first.
    /// </summary>
    private sealed class MissingComparison(string op, Expression a, Expression b) : Expression
    {
        public override ExpressionType NodeType => ExpressionType.Extension;

        public override Type Type => typeof(int);

        public override bool CanReduce => true;

        public override Expression Reduce() => Branch(
            Constant(Truth.True), Constant(Truth.False), Constant(Truth.Missing), typeof(int));

        /// <summary>Goes one of three ways; all of one type.</summary>
        public Expression Branch(Expression holds, Expression fails, Expression missing, Type type)
        {
            var (left, right) = (Once(a), Once(b));
            // != holds where the two are less or greater; asking for equality first costs least.
            var (first, whenFirst, second, whenSecond) = op == "!="
                ? (Equal(left.Value, right.Value), fails, Opposite("==", left.Value, right.Value), holds)
                : (Simple(op, left.Value, right.Value), holds, Opposite(op, left.Value, right.Value), fails);
            var body = Condition(first, whenFirst, Condition(second, whenSecond, missing, type), type);
            ParameterExpression[] variables = [.. left.Variable, .. right.Variable];
            return variables.Length == 0 ? body : Block(type, variables, [.. left.Assignment, .. right.Assignment, body]);
        }

        private static (Expression Value, ParameterExpression[] Variable, Expression[] Assignment) Once(Expression operand)
        {
            if (operand is ConstantExpression)
                return (operand, [], []);
            var variable = Variable(typeof(double));
            return (variable, [variable], [Assign(variable, operand)]);
        }
    }
}
