namespace Vigil.Core.Transactions;

/// <summary>Decimal text to integers of a currency's minor unit, without rounding.</summary>
internal static class ExactDecimal
{
    private const string TooLarge = "is 1,000,000,000,000 or more";
    private const string TooFine = "has more decimals than its currency";
    private const string NoNumber = "is not a decimal number";

    // Digits before the point of the smallest amount that is too large.
    private const int MaxMajorDigits = 12;

    // More digits than an amount has: 12 before the point and 4 behind it.
    private const int KeptDigits = 18;

    // Beyond any shift that the zeros of a text of 64 KiB could undo.
    private const int ExponentLimit = 1_000_000;

    /// <summary>Reads an amount.</summary>
    /// <param name="text">A decimal number such as 12, 12.50, .5 or 1.2e3.</param>
    /// <param name="exponent">Digits after the point that the currency has.</param>
    /// <param name="minor">The amount in minor units.</param>
    /// <returns>An empty text, or what is wrong with the amount.</returns>
    public static string Parse(ReadOnlySpan<byte> text, int exponent, out long minor)
    {
        minor = 0;
        var negative = text is [(byte)'-', ..];
        if (!TryScan(negative ? text[1..] : text, out var mantissa, out var digits, out var power))
            return NoNumber;
        if (digits == 0)
            return "";
        if (negative)
            return "is negative; a payment is zero or more";
        if (digits + power > MaxMajorDigits)
            return TooLarge;
        if (power + exponent < 0)
            return TooFine;

        // So there are at most 12 + exponent digits, and neither they nor the zeros added to them overflow.
        minor = mantissa;
        for (var zeros = power + exponent; zeros > 0; zeros--)
            minor *= 10;
        return "";
    }

    /// <summary>Takes a number apart: mantissa times 10^power, the mantissa without zeros at either end.</summary>
    /// <param name="mantissa">The first <see cref="KeptDigits"/> of its digits.</param>
    /// <param name="digits">How many it has; 0 for zero.</param>
    private static bool TryScan(ReadOnlySpan<byte> text, out long mantissa, out int digits, out int power)
    {
        mantissa = 0;
        digits = 0;
        power = 0;
        var seenPoint = false;
        var seenDigit = false;
        var zeros = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }

            if (c is (byte)'e' or (byte)'E' && seenDigit)
            {
                power += zeros;
                return TryExponent(text[(i + 1)..], ref power);
            }

            if (c is < (byte)'0' or > (byte)'9')
                return false;
            seenDigit = true;
            if (seenPoint)
                power--;
            if (c == '0')
            {
                // Zeros are digits only between others.
                zeros += digits > 0 ? 1 : 0;
                continue;
            }

            for (; zeros >= 0; zeros--)
            {
                if (digits++ < KeptDigits)
                    mantissa = mantissa * 10 + (zeros > 0 ? 0 : c - '0');
            }

            zeros = 0;
        }

        power += zeros;
        return seenDigit;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int power)
    {
        var negative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..])
            text = text[1..];
        var value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            value = Math.Min(value * 10 + (c - '0'), ExponentLimit);
        }

        power += negative ? -value : value;
        return text.Length > 0;
    }
}
