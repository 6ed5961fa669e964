using System.Globalization;
using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>Aggregates as an expression would ask for them, such as <c>count(ip, "1h")</c>: one text for each.</summary>
public static class AggregateText
{
    public static string Of(Aggregate aggregate)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        var text = new StringBuilder(Snake(aggregate.Kind.ToString())).Append('(');
        if (aggregate.Distinct is { } field)
            text.Append(Fields.Name(field)).Append(", ");
        text.Append(aggregate.Entity).Append(", \"").Append(aggregate.Window).Append('"');
        if (aggregate.Kind is AggregateKind.Quantile or AggregateKind.WinsorMean or AggregateKind.WinsorStd)
            text.Append(", ").Append(aggregate.Share.ToString("R", CultureInfo.InvariantCulture));
        if (aggregate.Filter.Length > 0)
            text.Append(", ").Append(aggregate.Filter);
        text.Append(')');
        return aggregate.IncludeCurrent ? text.Append(" with the transaction itself").ToString() : text.ToString();
    }

    private static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
