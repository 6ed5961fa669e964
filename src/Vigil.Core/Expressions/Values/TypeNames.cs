namespace Vigil.Core.Expressions.Values;

/// <summary>Types as values: what <c>type(x)</c> gives, and what <c>int</c> and the like stand for.</summary>
internal static class TypeNames
{
    private static readonly Value[] ByKind =
    [
        Value.Type("null_type"), Value.Type("bool"), Value.Type("int"), Value.Type("uint"), Value.Type("double"),
        Value.Type("string"), Value.Type("bytes"), Value.Type("list"), Value.Type("map"),
        Value.Type("google.protobuf.Timestamp"), Value.Type("google.protobuf.Duration"), Value.Type("type"),
    ];

    /// <summary>The names that stand for types.</summary>
    public static IReadOnlyDictionary<string, Value> Denotations { get; } =
        ByKind.ToDictionary(type => type.Name, StringComparer.Ordinal);

    public static Value Of(ValueKind kind) => ByKind[(int)kind];
}
