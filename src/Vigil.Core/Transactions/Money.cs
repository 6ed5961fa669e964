namespace Vigil.Core.Transactions;

/// <summary>An exact amount of money.</summary>
/// <param name="Minor">Amount in the currency's minor unit (cents for EUR, whole yen for JPY, fils for KWD).</param>
/// <param name="Exponent">Digits after the decimal point of the currency's major unit, 0 to 4 (ISO 4217).</param>
public readonly record struct Money(long Minor, int Exponent)
{
    /// <summary>Largest accepted amount: 10^12 major units.</summary>
    public const long MaxMajor = 1_000_000_000_000;

    /// <summary>Digits after the point of <see cref="Units"/>: the largest exponent that ISO 4217 has.</summary>
    public const int UnitExponent = 4;

    /// <summary><see cref="Units"/> in one major unit.</summary>
    public const long UnitsPerMajor = 10_000;

    private static readonly long[] Powers = [1, 10, 100, 1_000, 10_000];

    /// <summary>The amount in 1/10,000 of the major unit: one scale for every currency, so that sums are integers.</summary>
    public long Units => Minor * Powers[UnitExponent - Exponent];

    /// <summary>The amount in major units, as an exact decimal with the currency's number of digits.</summary>
    public decimal ToDecimal() => new((int)Minor, (int)(Minor >> 32), 0, false, (byte)Exponent);
}
