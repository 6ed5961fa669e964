using System.Linq.Expressions;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Compilation;
using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions;

/// <summary>The way in: source text to checked and compiled expression. Thread-safe.</summary>
internal static class ExpressionCompiler
{
    /// <summary>Compiles a condition; the delegate answers one of <see cref="Truth"/>.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static CompiledExpression<int> Condition(string source, Scope scope) =>
        Compile<int>(source, scope, (checker, syntax) => checker.Condition(syntax), (compiler, node) => compiler.Condition(node));

    /// <summary>Compiles a number, where a condition counts as 1 or 0; the delegate answers NaN for missing.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static CompiledExpression<double> Number(string source, Scope scope)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var (code, summary) = Number(source, scope, row);
        return new CompiledExpression<double>(Expression.Lambda<Func<Row, double>>(code, row).Compile(), summary);
    }

    /// <summary>Compiles an expression of any type.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static CompiledExpression<Value> Value(string source, Scope scope) =>
        Compile<Value>(source, scope, (checker, syntax) => checker.Check(syntax), (compiler, node) => compiler.Value(node));

    /// <summary>Compiles what stands in a text: a number, or a value of another type.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static (Func<Row, double>? Number, Func<Row, Value>? Value) Part(string source, Scope scope)
    {
        var isNumber = false;
        var row = Expression.Parameter(typeof(Row), "row");
        var (code, _) = Build(source, scope, row, (checker, syntax) => checker.Check(syntax), (compiler, node) =>
        {
            isNumber = node.Type.IsNumber || node.Type.Kind == TypeKind.Bool;
            return isNumber ? compiler.Number(node) : compiler.Value(node);
        });
        return isNumber
            ? (Expression.Lambda<Func<Row, double>>(code, row).Compile(), null)
            : (null, Expression.Lambda<Func<Row, Value>>(code, row).Compile());
    }

    /// <summary>The code of a number, to be part of a larger delegate.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static (Expression Code, ExpressionSummary Summary) Number(string source, Scope scope, ParameterExpression row) =>
        Build(source, scope, row, (checker, syntax) => checker.Number(syntax), (compiler, node) => compiler.Number(node));

    private static CompiledExpression<T> Compile<T>(
        string source, Scope scope, Func<Checker, Syntax, Node> check, Func<Compiler, Node, Expression> build)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var (code, summary) = Build(source, scope, row, check, build);
        return new CompiledExpression<T>(Expression.Lambda<Func<Row, T>>(code, row).Compile(), summary);
    }

    private static (Expression Code, ExpressionSummary Summary) Build(
        string source, Scope scope, ParameterExpression row, Func<Checker, Syntax, Node> check, Func<Compiler, Node, Expression> build)
    {
        var syntax = Parser.Parse(source);
        var checker = new Checker(source, scope);
        var node = check(checker, syntax);
        var cost = Cost.Of(node) + checker.Filters.Sum(f => Cost.Of(f.Filter));
        if (cost > scope.MaxCost)
            throw new ExpressionException(source, node.Offset, $"the expression can cost {cost:N0} units, at most {scope.MaxCost:N0} are allowed; go through shorter lists");
        foreach (var (canonical, filter) in checker.Filters)
            scope.Filters?.Invoke(canonical, CompileFilter(source, filter));
        return (build(new Compiler(source, scope, row), node), checker.Summarize(syntax, cost));
    }

    private static Func<Row, bool> CompileFilter(string source, Node filter)
    {
        var row = Expression.Parameter(typeof(Row), "event");
        var holds = Expression.Equal(new Compiler(source, Scope.Filter, row).Condition(filter), Expression.Constant(Truth.True));
        return Expression.Lambda<Func<Row, bool>>(holds, row).Compile();
    }
}
