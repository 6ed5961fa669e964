using System.Text;
using Vigil.Core.Expressions;
using Vigil.Core.Expressions.Values;
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
        // Only the fuzzer asks for what no payment has.
        Aggregates = a => AggregateNumbers.GetValueOrDefault(a),
        Filters = (_, _) => { },
        Lists = name => Math.Max(Array.IndexOf(PaymentGenerator.Lists, name), 0),
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

    /// <summary>The oracle's form of a value.</summary>
    public static object ObjectOf(Value value) => value.Kind switch
    {
        ValueKind.Null => OracleNull.Value,
        ValueKind.Bool => value.AsBool,
        ValueKind.Int => value.AsInt,
        ValueKind.UInt => value.AsUInt,
        ValueKind.Double => value.AsDouble,
        ValueKind.Text => Encoding.UTF8.GetString(value.Octets),
        ValueKind.Bytes => value.Octets.ToArray(),
        ValueKind.List => value.Items.Select(ObjectOf).ToList(),
        ValueKind.Map => new OracleMap([.. value.Map.Keys.Zip(value.Map.Values, (k, v) => (ObjectOf(k), ObjectOf(v)))]),
        ValueKind.Timestamp => new OracleTime(value.AsTimestamp.Seconds * OracleTime.Second + value.AsTimestamp.Nanos),
        ValueKind.Duration => new OracleSpan(value.AsDuration),
        ValueKind.Type => new OracleType(value.Name),
        ValueKind.Missing => OracleError.Missing(value.Name),
        _ => OracleError.Other(value.Name),
    };

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
