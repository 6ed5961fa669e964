namespace Vigil.Core.Expressions.Values;

/// <summary>How numbers of different types and NaN are treated.</summary>
internal enum NumberRule
{
    /// <summary>As CEL does: both of one type, and NaN is a number.</summary>
    Strict,

    /// <summary>An int or uint beside a double becomes a double.</summary>
    Promote,

    /// <summary>Also, a fact is involved: NaN, and a division by zero of doubles, is missing.</summary>
    Facts,
}
