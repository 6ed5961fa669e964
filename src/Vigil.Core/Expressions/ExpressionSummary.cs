using Vigil.Core.Features;

namespace Vigil.Core.Expressions;

/// <summary>What checking found out about an expression.</summary>
/// <param name="Canonical">The same text for the same meaning, whatever its white space, quotes and redundant brackets.</param>
/// <param name="Cost">The most it can cost, in units of about a comparison of two numbers.</param>
/// <param name="Aggregates">The aggregates that it reads, each once; filters are in them.</param>
/// <param name="Lists">Names of the lists that it looks into, each once.</param>
/// <param name="Facts">Names of the fields, features and other facts that it reads, each once; attributes as attributes.name.</param>
public sealed record ExpressionSummary(
    string Canonical,
    long Cost,
    IReadOnlyList<Aggregate> Aggregates,
    IReadOnlyList<string> Lists,
    IReadOnlyList<string> Facts);
