using Vigil.Core.Transactions;

namespace Vigil.Core.Features;

/// <summary>Whose transactions are counted: one field of the transaction, or a pair of them.</summary>
/// <param name="First">The field, or the first of the pair.</param>
/// <param name="Second">The second of the pair, or null.</param>
public readonly record struct EntityKey(Field First, Field? Second = null)
{
    /// <summary>Whether the field names the entity, alone or as one of the pair.</summary>
    public bool Has(Field field) => First == field || Second == field;

    public override string ToString() =>
        Second is { } second ? $"[{Fields.Name(First)}, {Fields.Name(second)}]" : Fields.Name(First);
}
