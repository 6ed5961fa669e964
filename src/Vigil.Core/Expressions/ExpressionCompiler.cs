using System.Linq.Expressions;

namespace Vigil.Core.Expressions;

/// <summary>The way in: source text to checked and compiled expression.</summary>
internal static class ExpressionCompiler
{
    /// <summary>Compiles a condition; the delegate answers one of <see cref="Truth"/>.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static CompiledExpression<int> Condition(string source, Scope scope)
    {
        var condition = Compiler.Condition(source, scope);
        return new CompiledExpression<int>(row => condition(row) ? Truth.True : Truth.False, Summarize(source));
    }

    /// <summary>Compiles a number, where a condition counts as 1 or 0; the delegate answers NaN for missing.</summary>
    /// <exception cref="ExpressionException">What is wrong, and where.</exception>
    public static CompiledExpression<double> Number(string source, Scope scope)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var body = new Compiler(source, scope, row).Number(Parser.Parse(source));
        return new CompiledExpression<double>(Expression.Lambda<Func<Row, double>>(body, row).Compile(), Summarize(source));
    }

    private static ExpressionSummary Summarize(string source) => new(Parser.Parse(source).Canonical(), 1, [], [], []);
}
