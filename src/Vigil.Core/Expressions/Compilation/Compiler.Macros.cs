using System.Linq.Expressions;
using Vigil.Core.Expressions.Checking;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <content>Lists, maps and the macros that go through them.</content>
internal sealed partial class Compiler
{
    private Compiled List(Node.List node)
    {
        var items = node.Items.Select(Compile).ToList();
        var array = Expression.NewArrayInit(typeof(Value), items.Select(i => AsValue(i)));
        return new Compiled(Call(Collections.List, array), true, items.Exists(i => i.ReadsFacts));
    }

    private Compiled Map(Node.Map node)
    {
        var (keys, values) = (node.Entries.Select(e => Compile(e.Key)).ToList(), node.Entries.Select(e => Compile(e.Value)).ToList());
        var map = Call(
            MapValue.Create,
            Expression.NewArrayInit(typeof(Value), keys.Select(k => AsValue(k))),
            Expression.NewArrayInit(typeof(Value), values.Select(v => AsValue(v))));
        return new Compiled(map, true, keys.Concat(values).Any(v => v.ReadsFacts));
    }

    /// <summary>A loop over the items; what each adds to the result depends on the macro.</summary>
    private Compiled Macro(Node.Macro node)
    {
        var range = Compile(node.Range);
        var source = Expression.Variable(typeof(Value), "range");
        var items = Expression.Variable(typeof(Value[]), "items");
        var at = Expression.Variable(typeof(int), "at");
        var item = Expression.Variable(typeof(Value), node.Item.Name);
        var state = Expression.Variable(typeof(MacroState), "state");
        _variables[node.Item] = (item, range.ReadsFacts);
        var body = Compile(node.Body);
        var filter = node.Filter is null ? default(Compiled?) : Compile(node.Filter);
        var end = Expression.Label("end");
        var code = Expression.Block(
            typeof(Value),
            [source, items, at, item, state],
            Expression.Assign(source, AsValue(range)),
            Expression.Assign(items, Call(Collections.Range, source)),
            Expression.Condition(
                Expression.Equal(items, Expression.Constant(null)),
                Call(Collections.NoRange, source),
                Expression.Block(
                    typeof(Value),
                    Expression.Assign(state, Expression.Default(typeof(MacroState))),
                    Expression.Assign(at, Expression.Constant(0)),
                    Expression.Loop(
                        Expression.Block(
                            Expression.IfThen(Expression.GreaterThanOrEqual(at, Expression.ArrayLength(items)), Expression.Break(end)),
                            Expression.Assign(item, Expression.ArrayIndex(items, at)),
                            Expression.PreIncrementAssign(at),
                            Expression.IfThen(Expression.Not(Step(node.Kind, state, item, body, filter)), Expression.Break(end))),
                        end),
                    Expression.Call(state, Result(node.Kind)))));
        return new Compiled(code, true, range.ReadsFacts || body.ReadsFacts || filter is { ReadsFacts: true });
    }

    /// <summary>One item; true to go on.</summary>
    private static Expression Step(MacroKind kind, ParameterExpression state, Expression item, Compiled body, Compiled? filter)
    {
        var take = kind switch
        {
            MacroKind.All => Expression.Call(state, nameof(MacroState.TakeAll), null, AsTruth(body)),
            MacroKind.Exists => Expression.Call(state, nameof(MacroState.TakeExists), null, AsTruth(body)),
            MacroKind.ExistsOne => Expression.Call(state, nameof(MacroState.TakeExistsOne), null, AsTruth(body)),
            MacroKind.Filter => Expression.Call(state, nameof(MacroState.TakeIf), null, AsTruth(body), item),
            _ => Expression.Call(state, nameof(MacroState.Take), null, AsValue(body)),
        };
        if (filter is not { } test)
            return take;
        var truth = Expression.Variable(typeof(int), "truth");
        return Expression.Block(
            typeof(bool),
            [truth],
            Expression.Assign(truth, AsTruth(test)),
            Expression.Condition(
                Expression.Equal(truth, Expression.Constant(Truth.True)),
                take,
                Expression.Call(state, nameof(MacroState.Skip), null, truth)));
    }

    private static string ResultName(MacroKind kind) => kind switch
    {
        MacroKind.All => nameof(MacroState.All),
        MacroKind.Exists => nameof(MacroState.Exists),
        MacroKind.ExistsOne => nameof(MacroState.ExistsOne),
        _ => nameof(MacroState.List),
    };

    private static System.Reflection.MethodInfo Result(MacroKind kind) => typeof(MacroState).GetMethod(ResultName(kind))!;
}
