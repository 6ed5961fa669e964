namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>What names mean: nothing at all in pure CEL, the facts of one payment in Vigil's environment.</summary>
internal sealed class OracleEnvironment
{
    public static readonly OracleEnvironment Pure = new();

    /// <summary>Whether Vigil's functions, its promotion of ints and its rule for missing numbers hold.</summary>
    public bool Vigil { get; init; }

    /// <summary>Facts by name; a missing one is an error.</summary>
    public Dictionary<string, object> Facts { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Aggregates by their spelling; NaN is missing.</summary>
    public Dictionary<string, double> Aggregates { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Named lists of texts.</summary>
    public Dictionary<string, HashSet<string>> Lists { get; init; } = new(StringComparer.Ordinal);
}
