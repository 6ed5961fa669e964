using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>One number about the past of an entity, as a feature or rule asks for it.</summary>
/// <param name="Kind">What is computed.</param>
/// <param name="Entity">Over whose events.</param>
/// <param name="Window">Over which span of event time.</param>
/// <param name="Filter">Canonical text of the condition that an event meets to count; empty for all.</param>
/// <param name="IncludeCurrent">Whether the transaction itself counts.</param>
/// <param name="Distinct">Of <see cref="AggregateKind.Distinct"/>: whose values are counted.</param>
/// <param name="Share">Of the quantile and the winsorised aggregates: the quantile, 0 to 1.</param>
public sealed record Aggregate(
    AggregateKind Kind,
    EntityKey Entity,
    Window Window,
    string Filter,
    bool IncludeCurrent,
    Field? Distinct = null,
    double Share = 0);
