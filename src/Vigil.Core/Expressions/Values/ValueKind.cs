namespace Vigil.Core.Expressions.Values;

/// <summary>The runtime types of CEL, and errors, which travel as values do.</summary>
internal enum ValueKind : byte
{
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

    /// <summary>An error: a fact that was read is missing.</summary>
    Missing,

    /// <summary>Any other error.</summary>
    Failed,
}
