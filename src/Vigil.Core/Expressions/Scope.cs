using Vigil.Core.Expressions.Checking;
using Vigil.Core.Features;

namespace Vigil.Core.Expressions;

/// <summary>What an expression may refer to, and by which rules it is checked.</summary>
internal sealed class Scope
{
    /// <summary>About a tenth of a millisecond.</summary>
    public const long DefaultMaxCost = 100_000;

    /// <summary>Positions of the features that may be named.</summary>
    public required IReadOnlyDictionary<string, int> Features { get; init; }

    /// <summary>Gives an aggregate its number; null where aggregates may not be used (inside their filters).</summary>
    public required Func<Aggregate, int>? Aggregates { get; init; }

    /// <summary>Receives each aggregate's filter, by its canonical text; an event whose filter ends in an error does not count.</summary>
    public Action<string, Func<Row, bool>>? Filters { get; init; }

    /// <summary>
    /// Gives a list its number, for <see cref="Row.Lists"/>, or a negative one where there is no such list; null where
    /// lists may not be used.
    /// </summary>
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

    /// <summary>
    /// Whether this is CEL as the specification has it: no facts, no functions of Vigil's, no promotion of numbers, and a
    /// NaN is a number like others.
    /// </summary>
    public bool IsPure { get; private init; }

    /// <summary>Whether types are checked; where not, what does not fit is an error when it is evaluated.</summary>
    public bool IsChecked { get; private init; } = true;

    /// <summary>Variables of a pure scope, by their position in <see cref="Row.Variables"/>; names may be qualified.</summary>
    public IReadOnlyList<(string Name, CelType Type)> Variables { get; private init; } = [];

    /// <summary>The namespace in which names are looked up first, such as <c>com.example</c>; empty for none.</summary>
    public string Container { get; private init; } = "";

    /// <summary>CEL without Vigil's facts.</summary>
    public static Scope Pure(
        IReadOnlyList<(string Name, CelType Type)>? variables = null, string container = "", bool isChecked = true) => new()
        {
            Features = new Dictionary<string, int>(),
            Aggregates = null,
            IsPure = true,
            IsChecked = isChecked,
            Variables = variables ?? [],
            Container = container,
            MaxCost = 10_000_000,
        };

    /// <summary>What a filter of an aggregate may name: the past transaction's own fields and attributes.</summary>
    public static Scope Filter { get; } = new() { Features = new Dictionary<string, int>(), Aggregates = null };
}
