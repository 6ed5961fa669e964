using Vigil.Core.Features;

namespace Vigil.Core.Expressions;

/// <summary>What an expression may refer to.</summary>
internal sealed class Scope
{
    /// <summary>Positions of the features that may be named.</summary>
    public required IReadOnlyDictionary<string, int> Features { get; init; }

    /// <summary>Gives an aggregate its number; null where aggregates may not be used (inside their filters).</summary>
    public required Func<Aggregate, int>? Aggregates { get; init; }

    /// <summary>Receives each aggregate's filter, by its canonical text.</summary>
    public Action<string, Func<Row, bool>>? Filters { get; init; }

    /// <summary>Whether aggregates count the transaction itself.</summary>
    public bool IncludeCurrent { get; init; }

    /// <summary>Whether <c>score</c> has a value.</summary>
    public bool HasScore { get; init; }
}
