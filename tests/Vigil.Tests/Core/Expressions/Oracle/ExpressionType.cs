namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>A type that the generator makes expressions of; a list has an element's type, a map a key's and a value's.</summary>
internal sealed record ExpressionType(string Name, ExpressionType? First = null, ExpressionType? Second = null)
{
    public static readonly ExpressionType Bool = new("bool");
    public static readonly ExpressionType Int = new("int");
    public static readonly ExpressionType UInt = new("uint");
    public static readonly ExpressionType Real = new("double");
    public static readonly ExpressionType Text = new("string");
    public static readonly ExpressionType Bytes = new("bytes");
    public static readonly ExpressionType Time = new("timestamp");
    public static readonly ExpressionType Span = new("duration");
    public static readonly ExpressionType Null = new("null");
    public static readonly ExpressionType Type = new("type");

    public static readonly ExpressionType[] Ordered = [Bool, Int, UInt, Real, Text, Bytes, Time, Span];
    public static readonly ExpressionType[] Keys = [Bool, Int, UInt, Text];

    public static ExpressionType ListOf(ExpressionType item) => new("list", item);

    public static ExpressionType MapOf(ExpressionType key, ExpressionType value) => new("map", key, value);
}
