using Vigil.Core.Features;

namespace Vigil.Core.Expressions;

/// <summary>What an expression may refer to.</summary>
internal sealed class Scope
{
    /// <summary>About a tenth of a millisecond.</summary>
    public const long DefaultMaxCost = 100_000;

    /// <summary>Positions of the features that may be named.</summary>
    public required IReadOnlyDictionary<string, int> Features { get; init; }

    /// <summary>Gives an aggregate its number; null where aggregates may not be used (inside their filters).</summary>
    public required Func<Aggregate, int>? Aggregates { get; init; }

    /// <summary>Receives each aggregate's filter, by its canonical text.</summary>
    public Action<string, Func<Row, bool>>? Filters { get; init; }

    /// <summary>Gives a list its number, for <see cref="Row.Lists"/>; null where lists may not be used.</summary>
    public Func<string, int>? Lists { get; init; }

    /// <summary>
    /// Whether the numbers that <see cref="Aggregates"/> gives are looked up in <see cref="Row.Slots"/> at each call, so
    /// that the same compiled expression can be bound to other slots; otherwise they are the slots.
    /// </summary>
    public bool BindLater { get; init; }

    /// <summary>Most that one expression may cost; see <see cref="ExpressionSummary.Cost"/>.</summary>
    public long MaxCost { get; init; } = DefaultMaxCost;

    /// <summary>Whether aggregates count the transaction itself.</summary>
    public bool IncludeCurrent { get; init; }

    /// <summary>Whether <c>score</c> has a value.</summary>
    public bool HasScore { get; init; }
}
