using System.Text;

namespace Vigil.Core.Expressions;

/// <summary>Splits an expression into tokens: CEL's lexis, less byte literals and raw strings.</summary>
internal static class Lexer
{
    private static readonly string[] Symbols =
        ["&&", "||", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]", ",", "."];

    public static List<Token> Split(string source)
    {
        var tokens = new List<Token>();
        var i = 0;
        while (i < source.Length)
        {
            var c = source[i];
            if (char.IsWhiteSpace(c))
                i++;
            else if (c == '/' && i + 1 < source.Length && source[i + 1] == '/')
                i = source.IndexOf('\n', i) is >= 0 and var end ? end : source.Length;
            else if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < source.Length && char.IsAsciiDigit(source[i + 1])))
                tokens.Add(Number(source, ref i));
            else if (c is '"' or '\'')
                tokens.Add(Text(source, ref i));
            else if (char.IsAsciiLetter(c) || c == '_')
                tokens.Add(Name(source, ref i));
            else
                tokens.Add(Symbol(source, ref i));
        }

        tokens.Add(new Token(TokenKind.End, "", source.Length));
        return tokens;
    }

    private static Token Number(string source, ref int i)
    {
        var start = i;
        Digits(source, ref i);
        if (i < source.Length && source[i] == '.')
        {
            i++;
            Digits(source, ref i);
        }

        if (i < source.Length && source[i] is 'e' or 'E')
        {
            var exponent = i + 1;
            if (exponent < source.Length && source[exponent] is '+' or '-')
                exponent++;
            if (exponent >= source.Length || !char.IsAsciiDigit(source[exponent]))
                throw new ExpressionException(source, i, "the number has an exponent without digits");
            i = exponent;
            Digits(source, ref i);
        }

        return new Token(TokenKind.Number, source[start..i], start);
    }

    private static void Digits(string source, ref int i)
    {
        while (i < source.Length && char.IsAsciiDigit(source[i]))
            i++;
    }

    private static Token Name(string source, ref int i)
    {
        var start = i;
        while (i < source.Length && (char.IsAsciiLetterOrDigit(source[i]) || source[i] == '_'))
            i++;
        return new Token(TokenKind.Name, source[start..i], start);
    }

    private static Token Text(string source, ref int i)
    {
        var start = i;
        var quote = source[i++];
        var text = new StringBuilder();
        while (i < source.Length && source[i] != quote)
        {
            if (source[i] == '\n')
                break;
            text.Append(source[i] == '\\' ? Escape(source, ref i) : source[i++]);
        }

        if (i >= source.Length || source[i] != quote)
            throw new ExpressionException(source, start, $"the text that begins here has no closing {quote}");
        i++;
        var value = text.ToString();
        return value.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) && !value.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw new ExpressionException(source, start, "the text has half a surrogate pair")
            : new Token(TokenKind.Text, value, start);
    }

    private static char Escape(string source, ref int i)
    {
        var at = i++;
        var c = i < source.Length ? source[i++] : '\0';
        switch (c)
        {
            case '\\' or '"' or '\'' or '`' or '?':
                return c;
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'u' when i + 4 <= source.Length
                && ushort.TryParse(source.AsSpan(i, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code):
                i += 4;
                return (char)code;
            default:
                throw new ExpressionException(source, at, "an unknown escape; known are \\\\ \\\" \\' \\n \\r \\t \\uXXXX");
        }
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
        throw new ExpressionException(source, i, $"'{source[i]}' has no meaning here{hint}");
    }
}
