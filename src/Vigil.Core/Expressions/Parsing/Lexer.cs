namespace Vigil.Core.Expressions.Parsing;

/// <summary>Splits an expression into tokens (cel-spec, langdef.md, "Syntax").</summary>
internal static class Lexer
{
    private static readonly string[] Symbols =
    [
        "&&", "||", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":",
        "(", ")", "[", "]", "{", "}", ",", ".",
    ];

    public static List<Token> Split(string source)
    {
        var tokens = new List<Token>();
        var i = 0;
        while (i < source.Length)
        {
            var c = source[i];
            if (c is ' ' or '\t' or '\n' or '\r' or '\f')
                i++;
            else if (c == '/' && At(source, i + 1) == '/')
                i = source.IndexOf('\n', i) is >= 0 and var end ? end : source.Length;
            else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(At(source, i + 1))))
                tokens.Add(Number(source, ref i));
            else if (TextLiteral.Begins(source, i))
                tokens.Add(TextLiteral.Read(source, ref i));
            else if (char.IsAsciiLetter(c) || c == '_')
                tokens.Add(Name(source, ref i));
            else if (c == '`')
                tokens.Add(QuotedName(source, ref i));
            else
                tokens.Add(Symbol(source, ref i));
        }

        tokens.Add(new Token(TokenKind.End, "", source.Length));
        return tokens;
    }

    internal static char At(string source, int i) => i < source.Length ? source[i] : '\0';

    private static Token Number(string source, ref int i)
    {
        var start = i;
        var kind = TokenKind.Int;
        if (source[i] == '0' && At(source, i + 1) is 'x' or 'X')
        {
            i += 2;
            while (char.IsAsciiHexDigit(At(source, i)))
                i++;
            if (i == start + 2)
                throw new ExpressionException(source, start, "the number has no hexadecimal digits after 0x");
        }
        else
        {
            Digits(source, ref i);
            if (At(source, i) == '.' && char.IsAsciiDigit(At(source, i + 1)))
            {
                kind = TokenKind.Double;
                i++;
                Digits(source, ref i);
            }

            if (At(source, i) is 'e' or 'E')
            {
                kind = TokenKind.Double;
                Exponent(source, ref i);
            }
        }

        var digits = source[start..i];
        if (kind == TokenKind.Int && At(source, i) is 'u' or 'U')
        {
            kind = TokenKind.UInt;
            i++;
        }

        return char.IsAsciiLetterOrDigit(At(source, i)) || At(source, i) == '_'
            ? throw new ExpressionException(source, i, $"'{source[i]}' does not belong to the number before it")
            : new Token(kind, digits, start);
    }

    private static void Exponent(string source, ref int i)
    {
        var exponent = At(source, i + 1) is '+' or '-' ? i + 2 : i + 1;
        if (!char.IsAsciiDigit(At(source, exponent)))
            throw new ExpressionException(source, i, "the number has an exponent without digits");
        i = exponent;
        Digits(source, ref i);
    }

    private static void Digits(string source, ref int i)
    {
        while (char.IsAsciiDigit(At(source, i)))
            i++;
    }

    private static Token Name(string source, ref int i)
    {
        var start = i;
        while (char.IsAsciiLetterOrDigit(At(source, i)) || At(source, i) == '_')
            i++;
        return new Token(TokenKind.Name, source[start..i], start);
    }

    private static Token QuotedName(string source, ref int i)
    {
        var start = i++;
        while (char.IsAsciiLetterOrDigit(At(source, i)) || At(source, i) is '_' or '.' or '-' or '/' or ' ')
            i++;
        if (At(source, i) != '`' || i == start + 1)
            throw new ExpressionException(source, start, "the name that begins here has no closing ` or holds a character that no name has");
        i++;
        return new Token(TokenKind.QuotedName, source[(start + 1)..(i - 1)], start);
    }

    private static Token Symbol(string source, ref int i)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, i, symbol, 0, symbol.Length) != 0)
                continue;
            var token = new Token(TokenKind.Symbol, symbol, i);
            i += symbol.Length;
            return token;
        }

        var hint = source[i] is '&' or '|' or '=' ? $"; did you mean {source[i]}{source[i]}?" : "";
        var found = char.IsSurrogate(source[i]) || char.IsControl(source[i]) ? $"U+{(int)source[i]:X4}" : source[i].ToString();
        throw new ExpressionException(source, i, $"'{found}' has no meaning here{hint}");
    }
}
