using System.Linq.Expressions;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <content>&amp;&amp;, ||, !, ?: and what asks for missing values.</content>
internal sealed partial class Compiler
{
    /// <summary>
    /// Operands are evaluated from left to right until one decides. An error is kept, as a later operand may still
    /// decide; the first one is the result if none does (cel-spec, langdef.md, "Logical Operators").
    /// </summary>
    private Compiled Logic(Node.Logic node)
    {
        var operands = node.Operands.Select(Compile).ToList();
        var readsFacts = operands.Exists(o => o.ReadsFacts);
        if (operands.TrueForAll(o => o.Code.Type == typeof(bool)))
        {
            var code = operands.Select(o => o.Code).Aggregate((a, b) => node.IsAnd ? Expression.AndAlso(a, b) : Expression.OrElse(a, b));
            return new Compiled(code, false, readsFacts);
        }

        var (deciding, other) = node.IsAnd ? (Truth.False, Truth.True) : (Truth.True, Truth.False);
        var status = Expression.Variable(typeof(int), "status");
        var end = Expression.Label(typeof(int), "end");
        var decide = Expression.Return(end, Expression.Constant(deciding));
        var body = new List<Expression> { Expression.Assign(status, Expression.Constant(other)) };
        foreach (var operand in operands)
            body.Add(Step(operand, node.IsAnd, decide, status));
        body.Add(Expression.Label(end, status));
        return new Compiled(Expression.Block(typeof(int), [status], body), false, readsFacts);
    }

    /// <summary>One operand: jumps away where it decides, notes its error, or goes on.</summary>
    private static Expression Step(Compiled operand, bool isAnd, Expression decide, ParameterExpression status)
    {
        if (operand.Code.Type == typeof(bool))
            return Expression.IfThen(isAnd ? Expression.Not(operand.Code) : operand.Code, decide);
        if (operand.Code is MissingComparison comparison)
        {
            var noteMissing = Note(status, Expression.Constant(Truth.Missing));
            return isAnd
                ? comparison.Branch(Expression.Empty(), decide, noteMissing, typeof(void))
                : comparison.Branch(decide, Expression.Empty(), noteMissing, typeof(void));
        }

        var truth = Expression.Variable(typeof(int), "truth");
        return Expression.Block(
            typeof(void),
            [truth],
            Expression.Assign(truth, AsTruth(operand)),
            Expression.IfThen(Expression.Equal(truth, Expression.Constant(isAnd ? Truth.False : Truth.True)), decide),
            Expression.IfThen(Expression.GreaterThan(truth, Expression.Constant(Truth.True)), Note(status, truth)));
    }

    private static ConditionalExpression Note(ParameterExpression status, Expression error) => Expression.IfThen(
        Expression.LessThanOrEqual(status, Expression.Constant(Truth.True)), Expression.Assign(status, error));

    private Compiled Not(Node.Not node)
    {
        var operand = Compile(node.Operand);
        return operand.Code.Type == typeof(bool)
            ? operand with { Code = Expression.Not(operand.Code) }
            : operand with { Code = Call(Truths.Not, AsTruth(operand)) };
    }

    private Compiled Conditional(Node.Conditional node)
    {
        var (test, then, otherwise) = (Compile(node.Test), Compile(node.Then), Compile(node.Else));
        var readsFacts = test.ReadsFacts || then.ReadsFacts || otherwise.ReadsFacts;
        var isCertain = test.Code.Type == typeof(bool);
        var (a, b) = Unify(node.Type, then, otherwise, isCertain);
        var canBeMissing = !isCertain || then.CanBeMissing || otherwise.CanBeMissing || IsValue(then) || IsValue(otherwise);
        if (isCertain)
            return new Compiled(Expression.Condition(test.Code, a, b), canBeMissing, readsFacts);
        var truth = Expression.Variable(typeof(int), "test");
        Expression error = a.Type == typeof(int) ? truth
            : a.Type == typeof(double) ? Expression.Constant(double.NaN)
            : Call(Truths.ToValue, truth);
        var choice = Expression.Condition(
            Expression.Equal(truth, Expression.Constant(Truth.True)), a,
            Expression.Condition(Expression.Equal(truth, Expression.Constant(Truth.False)), b, error));
        return new Compiled(Expression.Block([truth], Expression.Assign(truth, AsTruth(test)), choice), canBeMissing, readsFacts);
    }

    /// <summary>Both in one representation, which can hold an error unless the test cannot fail.</summary>
    private (Expression Then, Expression Else) Unify(CelType type, in Compiled then, in Compiled otherwise, bool isCertain)
    {
        if (isCertain && then.Code.Type == otherwise.Code.Type)
            return (then.Code, otherwise.Code);
        if (type.Kind == TypeKind.Bool)
            return (AsTruth(then), AsTruth(otherwise));
        return type.Kind == TypeKind.Double && !scope.IsPure
            ? (AsDouble(then), AsDouble(otherwise))
            : (AsValue(then), AsValue(otherwise));
    }

    private Compiled Coalesce(Node.Coalesce node)
    {
        var (operand, otherwise) = (Compile(node.Operand), Compile(node.Otherwise));
        if (node.Type.Kind != TypeKind.Double)
            return Fact(Call((Func<Value, Value, Value>)Facts.Coalesce, AsValue(operand), AsValue(otherwise)));
        var canBeMissing = otherwise.CanBeMissing || IsValue(otherwise);
        return new Compiled(Call((Func<double, double, double>)Facts.Coalesce, AsDouble(operand), AsDouble(otherwise)), canBeMissing, true);
    }

    private Compiled IsMissing(Node.IsMissing node)
    {
        Expression? known = node.Operand switch
        {
            Node.FieldText field => Call(Facts.IsTextMissing, row, Expression.Constant(field.Field)),
            Node.Attribute attribute => Call(Facts.IsAttributeMissing, row, Expression.Constant(attribute.Name)),
            Node.Amount or Node.EventTime => Expression.Constant(false),
            _ => null,
        };
        if (known is not null)
            return new Compiled(known, false, true);
        var operand = Compile(node.Operand);
        var isMissing = operand.Code.Type == typeof(double)
            ? operand.CanBeMissing ? Call(double.IsNaN, operand.Code) : (Expression)Expression.Constant(false)
            : operand.Code.Type == typeof(int) ? Expression.GreaterThan(operand.Code, Expression.Constant(Truth.True))
            : Call(Facts.IsMissing, AsValue(operand));
        return new Compiled(isMissing, false, true);
    }
}
