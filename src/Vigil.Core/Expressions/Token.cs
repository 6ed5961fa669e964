namespace Vigil.Core.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Text,
    Name,
    Symbol,
}

/// <param name="Value">The name, symbol or unescaped text; the digits of a number.</param>
/// <param name="Offset">Where it begins in the source.</param>
internal readonly record struct Token(TokenKind Kind, string Value, int Offset)
{
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the expression",
        TokenKind.Text => $"the text \"{Value}\"",
        _ => $"'{Value}'",
    };
}
