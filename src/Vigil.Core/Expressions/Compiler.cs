using System.Linq.Expressions;
using System.Reflection;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>
/// Type-checks an expression and compiles it to IL. Numbers are doubles, a missing number is NaN, a missing text is
/// empty; arithmetic with a missing number is missing, a comparison with a missing value is false.
/// </summary>
internal sealed class Compiler
{
    private static readonly Dictionary<string, AggregateKind> AggregateNames = new(StringComparer.Ordinal)
    {
        ["count"] = AggregateKind.Count,
        ["sum"] = AggregateKind.Sum,
        ["mean"] = AggregateKind.Mean,
        ["std"] = AggregateKind.Std,
        ["min"] = AggregateKind.Min,
        ["max"] = AggregateKind.Max,
        ["distinct"] = AggregateKind.Distinct,
        ["last"] = AggregateKind.Last,
        ["time_since"] = AggregateKind.TimeSince,
        ["age"] = AggregateKind.Age,
        ["fraud_count"] = AggregateKind.FraudCount,
        ["fraud_share"] = AggregateKind.FraudShare,
        ["fraud_streak"] = AggregateKind.FraudStreak,
        ["since_first_fraud"] = AggregateKind.SinceFirstFraud,
        ["since_last_fraud"] = AggregateKind.SinceLastFraud,
        ["last_label"] = AggregateKind.LastLabel,
        ["streak_min"] = AggregateKind.StreakMin,
        ["streak_max"] = AggregateKind.StreakMax,
        ["legit_count"] = AggregateKind.LegitCount,
        ["legit_mean"] = AggregateKind.LegitMean,
        ["legit_std"] = AggregateKind.LegitStd,
        ["since_legit"] = AggregateKind.SinceLegit,
        ["quantile"] = AggregateKind.Quantile,
        ["winsor_mean"] = AggregateKind.WinsorMean,
        ["winsor_std"] = AggregateKind.WinsorStd,
    };

    private static readonly Dictionary<string, MethodInfo> Methods = new(StringComparer.Ordinal)
    {
        ["coalesce"] = Method(MathFunctions.Coalesce),
        ["is_missing"] = Method(MathFunctions.IsMissing),
        ["log"] = Method((Func<double, double>)Math.Log),
        ["sqrt"] = Method(Math.Sqrt),
        ["abs"] = Method((Func<double, double>)Math.Abs),
        ["least"] = Method((Func<double, double, double>)Math.Min),
        ["greatest"] = Method((Func<double, double, double>)Math.Max),
    };

    private static readonly Dictionary<string, MethodInfo> TextMethods = new(StringComparer.Ordinal)
    {
        ["startsWith"] = Method(TextOperand.StartsWith),
        ["endsWith"] = Method(TextOperand.EndsWith),
        ["contains"] = Method(TextOperand.Contains),
    };

    private static readonly Dictionary<string, MethodInfo> TimeMethods = new(StringComparer.Ordinal)
    {
        ["getHours"] = Method(MathFunctions.Hours),
        ["getMinutes"] = Method(MathFunctions.Minutes),
        ["getDayOfWeek"] = Method(MathFunctions.DayOfWeek),
    };

    private readonly string _source;
    private readonly Scope _scope;
    private readonly ParameterExpression _row;

    public Compiler(string source, Scope scope, ParameterExpression row) =>
        (_source, _scope, _row) = (source, scope, row);

    /// <summary>A condition as a delegate.</summary>
    public static Func<Row, bool> Condition(string source, Scope scope)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var body = new Compiler(source, scope, row).Truth(Parser.Parse(source));
        return Expression.Lambda<Func<Row, bool>>(body, row).Compile();
    }

    /// <summary>A number, where a condition counts as 1 or 0.</summary>
    public Expression Number(Syntax syntax) => AsNumber(Value(syntax), syntax);

    private Expression AsNumber(Expression value, Syntax syntax)
    {
        if (value.Type == typeof(bool))
            return Expression.Condition(value, Expression.Constant(1.0), Expression.Constant(0.0));
        return value.Type == typeof(double)
            ? value
            : throw Error(syntax, "a text stands here, expected a number; number(attributes.name) reads one");
    }

    private Expression Truth(Syntax syntax)
    {
        var value = Value(syntax);
        return value.Type == typeof(bool)
            ? value
            : throw Error(syntax, "expected a condition that is true or false, such as amount > 100");
    }

    /// <summary>A text, or null where the expression is something else.</summary>
    public TextOperand? TryText(Syntax syntax) => AsText(Value(syntax));

    private static TextOperand? AsText(Expression value) => (value as ConstantExpression)?.Value as TextOperand;

    private TextOperand Text(Syntax syntax) => TryText(syntax)
        ?? throw Error(syntax, "expected a text: a field, an attribute or a \"literal\"");

    private ConstantExpression ComparedText(Syntax syntax) => syntax is Syntax.Text { Value: "" }
        ? throw Error(syntax, "an empty text is a missing one, and a comparison with it is false; write has(…) or !has(…)")
        : Expression.Constant(Text(syntax));

    private ExpressionException Error(Syntax at, string problem) => new(_source, at.Offset, problem);

    private Expression Value(Syntax syntax) => syntax switch
    {
        Syntax.Number n => Expression.Constant(n.Value),
        Syntax.Truth t => Expression.Constant(t.Value),
        Syntax.Text t => Expression.Constant(TextOperand.Literal(t.Value)),
        Syntax.Name n => Name(n),
        Syntax.Member { Target: Syntax.Name { Value: "attributes" } } m =>
            Expression.Constant(TextOperand.Attribute(m.Property)),
        Syntax.Member m => throw Error(m, $"only attributes have members: attributes.{m.Property}"),
        Syntax.Unary { Operator: "!" } u => Expression.Not(Truth(u.Operand)),
        Syntax.Unary u => Expression.Negate(Number(u.Operand)),
        Syntax.Binary b => Binary(b),
        Syntax.Conditional c => Conditional(c),
        Syntax.Call c => Call(c),
        _ => throw Error(syntax, "a list can stand only after 'in' and as a pair of entities"),
    };

    private Expression Name(Syntax.Name name)
    {
        if (name.Value == "amount")
            return Expression.Call(Method(MathFunctions.Amount), _row);
        if (name.Value == "score" && _scope.HasScore)
            return Expression.Property(_row, nameof(Row.Score));
        if (_scope.Features.TryGetValue(name.Value, out var index))
            return Expression.ArrayIndex(Expression.Property(_row, nameof(Row.Features)), Expression.Constant(index));
        if (Fields.TryParse(name.Value, out var field))
            return Expression.Constant(TextOperand.Of(field));
        throw Error(name, name.Value switch
        {
            "is_fraud" => "is_fraud is not known when a decision is made; use fraud_count and its kin",
            "timestamp" => "timestamp is used as timestamp.getHours() or timestamp.getDayOfWeek()",
            _ => $"unknown name '{name.Value}'{Suggest(name.Value)}; attributes are written attributes.{name.Value}",
        });
    }

    private string Suggest(string name)
    {
        var best = _scope.Features.Keys.Concat(Fields.All).Append("amount").Concat(AggregateNames.Keys).Concat(Methods.Keys)
            .Select(known => (Known: known, Distance: EditDistance(name, known)))
            .OrderBy(p => p.Distance).ThenBy(p => p.Known, StringComparer.Ordinal).First();
        return best.Distance <= (name.Length < 4 ? 1 : Math.Max(2, name.Length / 3)) ? $", did you mean {best.Known}?" : "";
    }

    private Expression Binary(Syntax.Binary b)
    {
        switch (b.Operator)
        {
            case "&&":
                return Expression.AndAlso(Truth(b.Left), Truth(b.Right));
            case "||":
                return Expression.OrElse(Truth(b.Left), Truth(b.Right));
            case "in":
                return In(b);
        }

        var first = Value(b.Left);
        if (b.Operator is "==" or "!=" && AsText(first) is not null)
        {
            var compare = b.Operator == "==" ? Method(TextOperand.AreEqual) : Method(TextOperand.Differ);
            return Expression.Call(compare, _row, ComparedText(b.Left), ComparedText(b.Right));
        }

        var (left, right) = (AsNumber(first, b.Left), Number(b.Right));
        return b.Operator switch
        {
            "+" => Expression.Add(left, right),
            "-" => Expression.Subtract(left, right),
            "*" => Expression.Multiply(left, right),
            "/" => Expression.Call(Method(MathFunctions.Divide), left, right),
            "%" => Expression.Call(Method(MathFunctions.Remainder), left, right),
            "<" => Expression.LessThan(left, right),
            "<=" => Expression.LessThanOrEqual(left, right),
            ">" => Expression.GreaterThan(left, right),
            ">=" => Expression.GreaterThanOrEqual(left, right),
            "==" => Expression.Equal(left, right),
            _ => Expression.Call(Method(MathFunctions.Differ), left, right),
        };
    }

    private MethodCallExpression In(Syntax.Binary b)
    {
        if (b.Right is not Syntax.List list)
            throw Error(b.Right, "expected a list such as [\"a\", \"b\"] after 'in'");
        var text = ComparedText(b.Left);
        var items = list.Items.Select(item => (TextOperand)ComparedText(item).Value!).ToArray();
        return Expression.Call(Method(TextOperand.IsIn), _row, text, Expression.Constant(items));
    }

    private ConditionalExpression Conditional(Syntax.Conditional c)
    {
        var (test, then, otherwise) = (Truth(c.Test), Value(c.Then), Value(c.Else));
        return then.Type == typeof(bool) && otherwise.Type == typeof(bool)
            ? Expression.Condition(test, then, otherwise)
            : Expression.Condition(test, AsNumber(then, c.Then), AsNumber(otherwise, c.Else));
    }

    private Expression Call(Syntax.Call call)
    {
        if (call.Target is Syntax.Name { Value: "timestamp" })
        {
            return TimeMethods.TryGetValue(call.Function, out var time) && call.Arguments.Count == 0
                ? Expression.Call(time, _row)
                : throw Error(call, $"timestamp has no {call.Function}; it has {string.Join(", ", TimeMethods.Keys)}, each without arguments");
        }

        if (call.Target is not null)
        {
            return TextMethods.TryGetValue(call.Function, out var method) && call.Arguments.Count == 1
                ? Expression.Call(method, _row, ComparedText(call.Target), ComparedText(call.Arguments[0]))
                : throw Error(call, $"a text has no {call.Function}; it has {string.Join(", ", TextMethods.Keys)}, each with one text");
        }

        if (AggregateNames.TryGetValue(call.Function, out var kind))
            return AggregateValue(call, kind);
        return call.Function switch
        {
            "has" when call.Arguments.Count == 1 =>
                Expression.Call(Method(TextOperand.Has), _row, Expression.Constant(Text(call.Arguments[0]))),
            "number" when call.Arguments.Count == 1 =>
                Expression.Call(Method(TextOperand.Number), _row, Expression.Constant(Text(call.Arguments[0]))),
            _ => Function(call),
        };
    }

    private MethodCallExpression Function(Syntax.Call call)
    {
        if (!Methods.TryGetValue(call.Function, out var method))
            throw Error(call, $"unknown function '{call.Function}'{Suggest(call.Function)}");
        var count = method.GetParameters().Length;
        return call.Arguments.Count == count
            ? Expression.Call(method, call.Arguments.Select(Number))
            : throw Error(call, $"{call.Function} takes {count} argument(s), found {call.Arguments.Count}");
    }

    private BinaryExpression AggregateValue(Syntax.Call call, AggregateKind kind)
    {
        if (_scope.Aggregates is null)
            throw Error(call, "a filter can look at the past transaction's own fields only, not at aggregates");
        var aggregate = new AggregateArguments(call, kind, Error).Read(_scope.IncludeCurrent, out var filter);
        if (filter is not null)
        {
            var own = new Scope { Features = new Dictionary<string, int>(), Aggregates = null };
            var row = Expression.Parameter(typeof(Row), "event");
            var body = new Compiler(_source, own, row).Truth(filter);
            _scope.Filters!(aggregate.Filter, Expression.Lambda<Func<Row, bool>>(body, row).Compile());
        }

        Expression slot = Expression.Constant(_scope.Aggregates(aggregate));
        if (_scope.BindLater)
            slot = Expression.ArrayIndex(Expression.Property(_row, nameof(Row.Slots)), slot);
        return Expression.ArrayIndex(Expression.Property(_row, nameof(Row.Aggregates)), slot);
    }

    private static MethodInfo Method(Delegate method) => method.Method;

    /// <summary>Levenshtein 1966, two rows.</summary>
    private static int EditDistance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
