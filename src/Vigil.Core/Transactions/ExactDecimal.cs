namespace Vigil.Core.Transactions;

/// <summary>Decimal text (JSON's number grammar) to integers of a currency's minor unit, without rounding.</summary>
internal static class ExactDecimal
{
    /// <summary>Reads an amount.</summary>
    /// <param name="text">A decimal number such as 12, 12.50 or 1.2e3.</param>
    /// <param name="exponent">Digits after the point that the currency has.</param>
    /// <param name="minor">The amount in minor units.</param>
    /// <returns>An empty text, or what is wrong with the amount.</returns>
    public static string Parse(ReadOnlySpan<byte> text, int exponent, out long minor)
    {
        minor = 0;
        var i = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            i++;
        long mantissa = 0;
        int scale = 0, digits = 0, pendingZeros = 0;
        var seenPoint = false;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }

            if (c is < (byte)'0' or > (byte)'9')
                break;
            digits++;
            // Zeros at the end carry no value: they are applied only when another digit follows.
            if (c == '0' && mantissa != 0)
            {
                pendingZeros++;
                if (seenPoint)
                    scale++;
                continue;
            }

            if (seenPoint)
                scale++;
            if (c == '0')
                continue;
            for (; pendingZeros > 0; pendingZeros--)
            {
                if (mantissa > MantissaLimit)
                    return TooLarge;
                mantissa *= 10;
            }

            if (mantissa > MantissaLimit)
                return TooLarge;
            mantissa = mantissa * 10 + (c - '0');
        }

        if (digits == 0)
            return NoNumber;
        var power = pendingZeros - scale;
        if (i < text.Length)
        {
            if (text[i] is not ((byte)'e' or (byte)'E') || !Exponent(text[(i + 1)..], out var e))
                return NoNumber;
            power += e;
        }

        if (mantissa == 0)
            return "";
        if (negative)
            return "is negative; a payment is zero or more";
        power += exponent;
        if (power < 0)
            return "has more decimals than its currency";
        for (; power > 0; power--)
        {
            if (mantissa > MantissaLimit)
                return TooLarge;
            mantissa *= 10;
        }

        if (mantissa / Pow(exponent) >= Money.MaxMajor)
            return TooLarge;
        minor = mantissa;
        return "";
    }

    private const long MantissaLimit = 100_000_000_000_000_000;
    private const string TooLarge = "is 1,000,000,000,000 or more";
    private const string NoNumber = "is not a decimal number";

    private static long Pow(int exponent) => exponent switch { 0 => 1, 1 => 10, 2 => 100, 3 => 1_000, _ => 10_000 };

    private static bool Exponent(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (text.Length == 0)
            return false;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            value = Math.Min(value * 10 + (c - '0'), 10_000);
        }

        if (negative)
            value = -value;
        return true;
    }
}
