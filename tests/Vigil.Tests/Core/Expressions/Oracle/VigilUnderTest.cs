using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Rules.Lists;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>The product's compiler, bound to what <see cref="PaymentGenerator"/> makes. The only place that touches both.</summary>
internal static class VigilUnderTest
{
    private static readonly Dictionary<Aggregate, int> AggregateNumbers = FindAggregates();

    private static readonly ValueList[] Lists = MakeLists();

    public static Scope Scope { get; } = new()
    {
        Features = PaymentGenerator.FeatureNames.Index().ToDictionary(p => p.Item, p => p.Index),
        Aggregates = a => AggregateNumbers.GetValueOrDefault(a), // a fuzzed window is one of no payment
        Filters = (_, _) => { },
        Lists = name => Array.IndexOf(PaymentGenerator.Lists, name),
        HasScore = true,
    };

    public static Row Row(GeneratedPayment payment)
    {
        var row = new Row(payment.Transaction, payment.Aggregates.Length, payment.Features.Length)
        {
            Score = payment.Score,
            Lists = Lists,
        };
        payment.Aggregates.CopyTo(row.Aggregates, 0);
        payment.Features.CopyTo(row.Features, 0);
        return row;
    }

    private static Dictionary<Aggregate, int> FindAggregates()
    {
        var numbers = new Dictionary<Aggregate, int>();
        var scope = new Scope
        {
            Features = new Dictionary<string, int>(),
            Aggregates = a => numbers[a] = numbers.Count,
            Filters = (_, _) => { },
        };
        foreach (var source in PaymentGenerator.Aggregates)
            _ = ExpressionCompiler.Number(source, scope);
        return numbers;
    }

    private static ValueList[] MakeLists()
    {
        var blocked = new ValueList();
        foreach (var value in new[] { "Bern", "10.0.0.1", "ab" })
            blocked.Add(value);
        return [blocked, new ValueList()];
    }
}
