namespace Vigil.Core.Expressions.Parsing;

internal enum TokenKind
{
    End,
    Int,
    UInt,
    Double,
    Text,
    Bytes,
    Name,

    /// <summary>A selector between backticks, such as the one in <c>m.`content-type`</c>.</summary>
    QuotedName,
    Symbol,
}

/// <param name="Value">The name, symbol or unescaped text; the digits of a number.</param>
/// <param name="Offset">Where it begins in the source.</param>
/// <param name="Bytes">The octets of a bytes literal.</param>
internal readonly record struct Token(TokenKind Kind, string Value, int Offset, byte[]? Bytes = null)
{
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the expression",
        TokenKind.Text => $"the text \"{Value}\"",
        TokenKind.Bytes => "a bytes literal",
        TokenKind.UInt => $"'{Value}u'",
        TokenKind.QuotedName => $"`{Value}`",
        _ => $"'{Value}'",
    };
}
