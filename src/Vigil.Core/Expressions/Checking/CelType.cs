namespace Vigil.Core.Expressions.Checking;

internal enum TypeKind
{
    Dyn,
    Null,
    Bool,
    Int,
    UInt,
    Double,
    Text,
    Bytes,
    List,
    Map,
    Timestamp,
    Duration,
    Type,
}

/// <summary>A static type (cel-spec, langdef.md, "Gradual Type Checking").</summary>
/// <param name="Kind">Which type.</param>
/// <param name="Key">Of a map: the type of its keys.</param>
/// <param name="Element">Of a list or map: the type of its items or values.</param>
internal sealed record CelType(TypeKind Kind, CelType? Key = null, CelType? Element = null)
{
    public static readonly CelType Dyn = new(TypeKind.Dyn);
    public static readonly CelType Null = new(TypeKind.Null);
    public static readonly CelType Bool = new(TypeKind.Bool);
    public static readonly CelType Int = new(TypeKind.Int);
    public static readonly CelType UInt = new(TypeKind.UInt);
    public static readonly CelType Double = new(TypeKind.Double);
    public static readonly CelType Text = new(TypeKind.Text);
    public static readonly CelType Bytes = new(TypeKind.Bytes);
    public static readonly CelType Timestamp = new(TypeKind.Timestamp);
    public static readonly CelType Duration = new(TypeKind.Duration);
    public static readonly CelType Type = new(TypeKind.Type);
    public static readonly CelType AnyList = ListOf(Dyn);
    public static readonly CelType AnyMap = MapOf(Dyn, Dyn);

    public bool IsDyn => Kind == TypeKind.Dyn;

    public bool IsNumber => Kind is TypeKind.Int or TypeKind.UInt or TypeKind.Double;

    public static CelType ListOf(CelType element) => new(TypeKind.List, null, element);

    public static CelType MapOf(CelType key, CelType value) => new(TypeKind.Map, key, value);

    /// <summary>Whether a value of the one type can be one of the other, as far as is known before evaluation.</summary>
    public bool Agrees(CelType other)
    {
        if (IsDyn || other.IsDyn)
            return true;
        if (Kind != other.Kind)
            return (Kind == TypeKind.Null && other.IsNullable) || (other.Kind == TypeKind.Null && IsNullable);
        return Kind switch
        {
            TypeKind.List => Element!.Agrees(other.Element!),
            TypeKind.Map => Key!.Agrees(other.Key!) && Element!.Agrees(other.Element!),
            _ => true,
        };
    }

    /// <summary>The type that both belong to; dyn where they differ.</summary>
    public static CelType Join(CelType a, CelType b)
    {
        if (a == b)
            return a;
        if (a.Kind != b.Kind)
            return Dyn;
        return a.Kind switch
        {
            TypeKind.List => ListOf(Join(a.Element!, b.Element!)),
            TypeKind.Map => MapOf(Join(a.Key!, b.Key!), Join(a.Element!, b.Element!)),
            _ => a,
        };
    }

    public override string ToString() => Kind switch
    {
        TypeKind.Text => "string",
        TypeKind.List => $"list({Element})",
        TypeKind.Map => $"map({Key}, {Element})",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private bool IsNullable => Kind is TypeKind.Timestamp or TypeKind.Duration;
}
