namespace Vigil.Core.Expressions;

/// <summary>What a compiled condition answers.</summary>
public static class Truth
{
    public const int False = 0;

    public const int True = 1;

    /// <summary>Something that the condition needs is missing.</summary>
    public const int Missing = 2;

    /// <summary>Another error: a division by zero, a key that is not there, a value of the wrong type.</summary>
    public const int Failed = 3;
}
