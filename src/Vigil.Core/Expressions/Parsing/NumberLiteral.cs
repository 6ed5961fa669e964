using System.Globalization;

namespace Vigil.Core.Expressions.Parsing;

/// <summary>The value of a number's digits.</summary>
internal static class NumberLiteral
{
    /// <param name="source">The whole text.</param>
    /// <param name="token">The digits.</param>
    /// <param name="minus">The sign before them: the smallest int has no positive counterpart.</param>
    /// <exception cref="ExpressionException">The number does not fit its type.</exception>
    public static Syntax Parse(string source, Token token, Token? minus)
    {
        var offset = minus?.Offset ?? token.Offset;
        switch (token.Kind)
        {
            case TokenKind.Double:
                var number = double.Parse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(number)
                    ? new Syntax.Double(minus is null ? number : -number, offset)
                    : throw new ExpressionException(source, offset, "the number is too large");
            case TokenKind.UInt:
                var unsigned = new Syntax.UInt(Magnitude(source, token), token.Offset);
                return minus is null ? unsigned : new Syntax.Unary("-", unsigned, offset);
            default:
                var magnitude = Magnitude(source, token);
                const ulong Limit = 1UL << 63;
                if (magnitude > Limit || (magnitude == Limit && minus is null))
                    throw new ExpressionException(source, offset, "the number is too large for an int; write a decimal point for a double, or u for a uint");
                return new Syntax.Int(minus is null ? (long)magnitude : unchecked(-(long)magnitude), offset);
        }
    }

    private static ulong Magnitude(string source, Token token)
    {
        var digits = token.Value.AsSpan();
        var isHex = digits.Length > 1 && digits[1] is 'x' or 'X';
        var fits = isHex
            ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return fits ? value : throw new ExpressionException(source, token.Offset, "the number is too large");
    }
}
