using Vigil.Core.Expressions.Parsing;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>
/// Reads the arguments of an aggregate: [what,] entity, "window" [, share] [, filter], for example
/// <c>sum(amount, [account_id, merchant_id], "7d", merchant_category == "Gambling")</c>.
/// </summary>
internal sealed class AggregateArguments(
    Syntax.Call call, AggregateKind kind, Func<Syntax, string, ExpressionException> error)
{
    private int _next;

    public Aggregate Read(bool includeCurrent, out Syntax? filter)
    {
        Field? distinct = null;
        if (kind == AggregateKind.Distinct)
            distinct = EntityField(Next("the field whose values are counted"));
        else if (TakesAmount(kind) && Next("amount") is var what and not Syntax.Name { Value: "amount" })
            throw error(what, $"{call.Function} is taken of amount: {call.Function}(amount, account_id, \"7d\")");
        var entity = Entity(Next("an entity such as account_id"));
        var window = ReadWindow(Next("a window such as \"7d\""));
        var share = TakesShare(kind) ? Share(Next("a share such as 0.1")) : 0;
        filter = _next < call.Arguments.Count ? call.Arguments[_next++] : null;
        if (_next < call.Arguments.Count)
            throw error(call.Arguments[_next], $"{call.Function} has an argument too many");
        return new Aggregate(kind, entity, window, filter?.Canonical() ?? "", includeCurrent, distinct, share);
    }

    private Syntax Next(string expected) => _next < call.Arguments.Count
        ? call.Arguments[_next++]
        : throw error(call, $"{call.Function} lacks an argument: {expected}");

    private Window ReadWindow(Syntax syntax)
    {
        if (syntax is not Syntax.Text text)
            throw error(syntax, "expected a window such as \"7d\"");
        if (!Window.TryParse(text.Value, out var window, out var problem))
            throw error(syntax, problem);
        return window.Delay > 0 && kind.LooksAtLastLabels()
            ? throw error(syntax, $"{call.Function} takes no delayed window: it looks at known labels only")
            : window;
    }

    private double Share(Syntax syntax)
    {
        var limit = kind == AggregateKind.Quantile ? 1.0 : 0.5;
        double? share = syntax switch
        {
            Syntax.Double number => number.Value,
            Syntax.Int number => number.Value,
            _ => null,
        };
        return share is { } value && value >= 0 && value <= limit
            ? value
            : throw error(syntax, $"expected a number between 0 and {limit}");
    }

    private EntityKey Entity(Syntax syntax)
    {
        if (syntax is not Syntax.List list)
            return new EntityKey(EntityField(syntax));
        if (list.Items.Count != 2)
            throw error(syntax, "a pair of entities has two fields: [account_id, merchant_id]");
        var (first, second) = (EntityField(list.Items[0]), EntityField(list.Items[1]));
        return first == second
            ? throw error(syntax, "a pair of entities has two different fields")
            : new EntityKey(first, second);
    }

    private Field EntityField(Syntax syntax)
    {
        if (syntax is Syntax.Name name && Fields.TryParse(name.Value, out var field) && field != Field.TransactionId)
            return field;
        throw error(syntax, $"expected one of {string.Join(", ", Fields.All.Skip(1))}");
    }

    private static bool TakesAmount(AggregateKind kind) => kind is AggregateKind.Sum or AggregateKind.Mean
        or AggregateKind.Std or AggregateKind.Min or AggregateKind.Max or AggregateKind.Last
        or AggregateKind.StreakMin or AggregateKind.StreakMax or AggregateKind.LegitMean or AggregateKind.LegitStd
        || TakesShare(kind);

    private static bool TakesShare(AggregateKind kind) =>
        kind is AggregateKind.Quantile or AggregateKind.WinsorMean or AggregateKind.WinsorStd;
}
