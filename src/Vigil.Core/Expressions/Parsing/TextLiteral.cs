using System.Globalization;
using System.Text;

namespace Vigil.Core.Expressions.Parsing;

/// <summary>
/// Reads string and bytes literals: single, double and triple quotes, raw (r), bytes (b), and the escapes
/// (cel-spec, langdef.md, "String and Bytes Values").
/// </summary>
internal sealed class TextLiteral
{
    private readonly string _source;
    private readonly int _start;
    private readonly StringBuilder _text = new();
    private readonly List<byte> _bytes = [];
    private bool _isBytes;
    private int _next;

    private TextLiteral(string source, int start) => (_source, _start, _next) = (source, start, start);

    /// <summary>Whether a literal begins here: a quote, after r, b or br in either case.</summary>
    public static bool Begins(string source, int i)
    {
        if (source[i] is 'b' or 'B')
            i++;
        if (Lexer.At(source, i) is 'r' or 'R')
            i++;
        return Lexer.At(source, i) is '"' or '\'';
    }

    public static Token Read(string source, ref int i)
    {
        var literal = new TextLiteral(source, i);
        var token = literal.Read();
        i = literal._next;
        return token;
    }

    private Token Read()
    {
        _isBytes = Take('b', 'B');
        var isRaw = Take('r', 'R');
        var quote = _source[_next];
        var isTriple = Lexer.At(_source, _next + 1) == quote && Lexer.At(_source, _next + 2) == quote;
        _next += isTriple ? 3 : 1;
        while (!AtEnd(quote, isTriple))
        {
            if (_next >= _source.Length || (!isTriple && _source[_next] is '\n' or '\r'))
                throw Error(_start, $"the text that begins here has no closing {new string(quote, isTriple ? 3 : 1)}");
            if (_source[_next] == '\\' && !isRaw)
                Escape();
            else
                Append(Rune());
        }

        _next += isTriple ? 3 : 1;
        return _isBytes
            ? new Token(TokenKind.Bytes, "", _start, [.. _bytes])
            : new Token(TokenKind.Text, _text.ToString(), _start);
    }

    private bool AtEnd(char quote, bool isTriple) => Lexer.At(_source, _next) == quote && _next < _source.Length
        && (!isTriple || (Lexer.At(_source, _next + 1) == quote && Lexer.At(_source, _next + 2) == quote));

    private bool Take(char lower, char upper)
    {
        if (_source[_next] != lower && _source[_next] != upper)
            return false;
        _next++;
        return true;
    }

    private Rune Rune()
    {
        if (!System.Text.Rune.TryGetRuneAt(_source, _next, out var rune))
            throw Error(_next, "the text has half a surrogate pair");
        _next += rune.Utf16SequenceLength;
        return rune;
    }

    private void Append(Rune rune)
    {
        if (!_isBytes)
        {
            _text.Append(rune.ToString());
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        _bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    private void Escape()
    {
        var at = _next++;
        var c = Lexer.At(_source, _next);
        switch (c)
        {
            case '\\' or '"' or '\'' or '`' or '?':
                Simple(c);
                break;
            case 'a':
                Simple('\a');
                break;
            case 'b':
                Simple('\b');
                break;
            case 'f':
                Simple('\f');
                break;
            case 'n':
                Simple('\n');
                break;
            case 'r':
                Simple('\r');
                break;
            case 't':
                Simple('\t');
                break;
            case 'v':
                Simple('\v');
                break;
            case 'x' or 'X':
                Octet(at, 1, 2, 16);
                break;
            case >= '0' and <= '3':
                Octet(at, 0, 3, 8);
                break;
            case 'u' or 'U' when _isBytes:
                throw Error(at, "\\u and \\U stand for characters of a text; in bytes write \\x and two digits");
            case 'u':
                Append(CodePoint(at, 4));
                break;
            case 'U':
                Append(CodePoint(at, 8));
                break;
            default:
                throw Error(at, "an unknown escape; known are \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\xXX \\uXXXX \\UXXXXXXXX \\ooo");
        }
    }

    private void Simple(char c)
    {
        _next++;
        Append(new Rune(c));
    }

    /// <summary>An octet of bytes, or one of the code points 0 to 255 of a text.</summary>
    private void Octet(int at, int prefix, int digits, int radix)
    {
        var value = 0;
        for (var i = 0; i < digits; i++)
        {
            var digit = Digit(Lexer.At(_source, _next + prefix + i));
            if (digit < 0 || digit >= radix)
                throw Error(at, radix == 16 ? "\\x has two hexadecimal digits" : "an octal escape has three digits, \\000 to \\377");
            value = value * radix + digit;
        }

        _next += prefix + digits;
        if (_isBytes)
            _bytes.Add((byte)value);
        else
            _text.Append((char)value);
    }

    private Rune CodePoint(int at, int digits)
    {
        _next++;
        if (_next + digits > _source.Length || !uint.TryParse(
            _source.AsSpan(_next, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Error(at, $"\\{_source[at + 1]} has {digits} hexadecimal digits");
        _next += digits;
        return System.Text.Rune.IsValid(code)
            ? new Rune(code)
            : throw Error(at, code is >= 0xD800 and <= 0xDFFF
                ? "half of a surrogate pair is no character; write \\U and eight digits"
                : "there is no character beyond \\U0010FFFF");
    }

    private static int Digit(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : -1;

    private ExpressionException Error(int at, string problem) => new(_source, at, problem);
}
