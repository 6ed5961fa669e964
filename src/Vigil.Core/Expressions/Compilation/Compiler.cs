using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>A piece of code and what is known of its value.</summary>
/// <param name="Code">
/// Its type is the representation: bool and long cannot fail, int is a <see cref="Truth"/>, double a number, Value anything.
/// </param>
/// <param name="CanBeMissing">Of a double: whether NaN stands for a missing value.</param>
/// <param name="ReadsFacts">Whether a fact has a part in it.</param>
internal readonly record struct Compiled(Expression Code, bool CanBeMissing, bool ReadsFacts);

/// <summary>
/// Turns a checked expression into the code of a delegate. Each node gets the narrowest representation that its value
/// fits, and is widened where another one is asked for.
/// </summary>
internal sealed partial class Compiler(string source, Scope scope, ParameterExpression row)
{
    private readonly Dictionary<MacroVariable, (ParameterExpression Code, bool ReadsFacts)> _variables = [];

    /// <summary>The code of a condition: an int, one of <see cref="Truth"/>.</summary>
    public Expression Condition(Node node) => AsTruth(Compile(node));

    /// <summary>The code of a number: a double, NaN for missing; a condition counts as 1 or 0.</summary>
    public Expression Number(Node node) => Compile(node) switch
    {
        { Code: var code } when code.Type == typeof(bool) => Expression.Condition(code, Expression.Constant(1.0), Expression.Constant(0.0)),
        { Code: var code } when code.Type == typeof(int) => Call(Truths.ToDouble, code),
        { Code: var code } when code.Type == typeof(Value) => Expression.Call(((Func<Value, double>)ReadCondition).Method, code),
        var number => AsDouble(number),
    };

    /// <summary>The code of any value.</summary>
    public Expression Value(Node node) => AsValue(Compile(node));

    private static double ReadCondition(Value value) => value.Kind == ValueKind.Bool ? value.AsInt : value.ToDouble();

    private Compiled Compile(Node node)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new ExpressionException(source, node.Offset, "the expression is nested too deep");
        return node switch
        {
            Node.Constant c => Constant(c),
            Node.Failure f => Plain(Expression.Constant(f.Error)),
            Node.Amount => new Compiled(Call(Facts.Amount, row), false, true),
            Node.Score => Fact(Expression.Property(row, nameof(Row.Score))),
            Node.Feature f => Fact(Expression.ArrayIndex(Expression.Property(row, nameof(Row.Features)), Expression.Constant(f.Position))),
            Node.Aggregate a => Fact(Expression.ArrayIndex(Expression.Property(row, nameof(Row.Aggregates)), Slot(a.Number))),
            Node.FieldText f => Fact(Call(Facts.Text, row, Expression.Constant(f.Field))),
            Node.Attribute a => Fact(Call(Facts.Attribute, row, Expression.Constant(a.Name))),
            Node.Attributes => Fact(Call(Facts.Attributes, row)),
            Node.EventTime => Fact(Call(Facts.Time, row)),
            Node.Variable v => Plain(Expression.ArrayIndex(Expression.Property(row, nameof(Row.Variables)), Expression.Constant(v.Position))),
            Node.Local l => new Compiled(_variables[l.Item].Code, false, _variables[l.Item].ReadsFacts),
            Node.Arithmetic a => Calculation(a),
            Node.Negation n => Negation(n),
            Node.NumberCall c => NumberCall(c),
            Node.ReadNumber r => ReadNumber(r),
            Node.Comparison c => Comparison(c),
            Node.Logic l => Logic(l),
            Node.Not n => Not(n),
            Node.Conditional c => Conditional(c),
            Node.Coalesce c => Coalesce(c),
            Node.IsMissing m => IsMissing(m),
            Node.List l => List(l),
            Node.Map m => Map(m),
            Node.Macro m => Macro(m),
            Node.Select s => Invoke(Collections.Select, s.Target, Text(s.Name)),
            Node.HasMember h => HasMember(h),
            Node.Index x => Invoke(Collections.Index, x.Target, x.Key),
            Node.Membership m => Membership(m),
            Node.ListLookup l => ListLookup(l),
            Node.Call c => Invoke(c),
            Node.Matches m => Matches(m),
            Node.TimePart t => TimePart(t),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is not compiled."),
        };
    }

    private static Compiled Plain(Expression code) => new(code, false, false);

    private static Compiled Fact(Expression code) => new(code, true, true);

    private static Compiled Constant(Node.Constant constant) => Plain(constant.Value.Kind switch
    {
        ValueKind.Bool => Expression.Constant(constant.Value.AsBool),
        ValueKind.Int => Expression.Constant(constant.Value.AsInt),
        ValueKind.Double => Expression.Constant(constant.Value.AsDouble),
        _ => Expression.Constant(constant.Value),
    });

    private Expression Slot(int number) => scope.BindLater
        ? Expression.ArrayIndex(Expression.Property(row, nameof(Row.Slots)), Expression.Constant(number))
        : Expression.Constant(number);

    private static Expression AsTruth(Compiled value)
    {
        var code = value.Code;
        if (code.Type == typeof(bool))
            return code is ConstantExpression constant ? Expression.Constant((bool)constant.Value! ? Truth.True : Truth.False) : Either(code, Truth.True, Truth.False);
        if (code.Type == typeof(int))
            return code;
        return code.Type == typeof(Value) ? Call(Truths.Of, code) : Expression.Constant(Truth.Failed);
    }

    private static Expression AsValue(Compiled value)
    {
        var code = value.Code;
        if (code.Type == typeof(Value))
            return code;
        if (code is ConstantExpression { Value: var constant } && code.Type != typeof(int))
        {
            return Expression.Constant(constant switch
            {
                bool truth => Values.Value.Of(truth),
                long number => Values.Value.Of(number),
                var number => Values.Value.Of((double)number!),
            });
        }

        if (code.Type == typeof(int))
            return Call(Truths.ToValue, code);
        if (code.Type == typeof(bool))
            return Expression.Call(((Func<bool, Value>)Values.Value.Of).Method, code);
        if (code.Type == typeof(long))
            return Expression.Call(((Func<long, Value>)Values.Value.Of).Method, code);
        return Expression.Call(((Func<double, Value>)(value.CanBeMissing ? Facts.Number : Values.Value.Of)).Method, code);
    }

    /// <summary>As a double; what is no number becomes NaN, so that only Vigil's scope asks for that.</summary>
    private static Expression AsDouble(Compiled value)
    {
        var code = value.Code;
        if (code.Type == typeof(double))
            return code;
        if (code is ConstantExpression { Value: long number })
            return Expression.Constant((double)number);
        if (code.Type == typeof(long))
            return Expression.Convert(code, typeof(double));
        return Call(Facts.ToDouble, AsValue(value));
    }

    private static Node.Constant Text(string text) => new(Values.Value.Of(text), CelType.Text, 0);

    /// <summary>A function of values, called with values.</summary>
    private Compiled Invoke(Delegate function, params ReadOnlySpan<Node> arguments)
    {
        var values = new Expression[arguments.Length];
        var readsFacts = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = Compile(arguments[i]);
            values[i] = AsValue(argument);
            readsFacts |= argument.ReadsFacts;
        }

        return new Compiled(Expression.Call(function.Method, values), readsFacts, readsFacts);
    }

    private Compiled Invoke(Node.Call call)
    {
        if (call is { Function.Part: { } part, Arguments: [Node.EventTime] })
            return new Compiled(Call(Facts.TimePart, row, Expression.Constant((int)part)), false, true);
        if (call.Arguments is [Node.FieldText field, Node.Constant { Value.Kind: ValueKind.Text } literal] && TextMethod(call.Function.Name) is { } method)
            return Fact(Expression.Call(method, row, Expression.Constant(field.Field), Expression.Constant(literal.Value.Octets.ToArray())));
        var arguments = call.Arguments.Select(Compile).ToList();
        var readsFacts = arguments.Exists(a => a.ReadsFacts);
        Expression[] values = [.. arguments.Select(AsValue), .. call.Function.Part is { } p ? [Expression.Constant((int)p)] : Array.Empty<Expression>()];
        return new Compiled(Expression.Call(call.Function.Method, values), readsFacts, readsFacts);
    }

    private static ConditionalExpression Either(Expression test, int then, int otherwise) =>
        Expression.Condition(test, Expression.Constant(then), Expression.Constant(otherwise));

    private static MethodCallExpression Call(Delegate method, params ReadOnlySpan<Expression> arguments) =>
        Expression.Call(method.Method, arguments.ToArray());
}
