namespace Vigil.Core.Transactions;

/// <summary>The JSON type an attribute had.</summary>
public enum AttributeKind : byte
{
    Text,
    Number,
    True,
    False,

    /// <summary>An object or array, kept as its JSON text.</summary>
    Json,
}
