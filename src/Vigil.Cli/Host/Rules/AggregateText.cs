using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Cli.Host.Rules;

/// <summary>Writes an aggregate as an expression has it.</summary>
internal static class AggregateText
{
    public static string Of(Aggregate aggregate)
    {
        var arguments = new List<string>();
        if (aggregate.Distinct is { } distinct)
            arguments.Add(Fields.Name(distinct));
        arguments.Add(aggregate.Entity.Second is { } second
            ? $"[{Fields.Name(aggregate.Entity.First)}, {Fields.Name(second)}]"
            : Fields.Name(aggregate.Entity.First));
        arguments.Add($"\"{aggregate.Window}\"");
        if (aggregate.Filter.Length > 0)
            arguments.Add(aggregate.Filter);
        return $"{Name(aggregate.Kind)}({string.Join(", ", arguments)})";
    }

    /// <summary>FraudCount is fraud_count.</summary>
    private static string Name(AggregateKind kind) => string.Concat(
        kind.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
