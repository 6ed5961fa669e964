namespace Vigil.Core.Transactions;

/// <summary>Currencies of ISO 4217 (list one, active codes of 2024) and their minor units.</summary>
public static class Currency
{
    /// <summary>What a transaction without a currency is in; its exponent is 2.</summary>
    public const string Default = "USD";

    // Exponent 2 unless listed below.
    private const string Two =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE " +
        "CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD " +
        "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU " +
        "MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG " +
        "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST " +
        "XCD XCG YER ZAR ZMW ZWG";

    private const string Zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string Three = "BHD IQD JOD KWD LYD OMR TND";
    private const string Four = "CLF UYW";

    // Three upper-case letters make an index below 26^3; -1 is no currency.
    private static readonly sbyte[] Exponents = BuildExponents();

    /// <summary>Looks up the minor unit of an upper-case three-letter code.</summary>
    /// <returns>The exponent, 0 to 4; -1 when ISO 4217 has no such currency.</returns>
    public static int Exponent(ReadOnlySpan<byte> code)
    {
        var index = Index(code);
        return index < 0 ? -1 : Exponents[index];
    }

    private static int Index(ReadOnlySpan<byte> code)
    {
        if (code.Length != 3)
            return -1;
        var index = 0;
        foreach (var letter in code)
        {
            if (letter is < (byte)'A' or > (byte)'Z')
                return -1;
            index = index * 26 + (letter - 'A');
        }

        return index;
    }

    private static sbyte[] BuildExponents()
    {
        var exponents = new sbyte[26 * 26 * 26];
        Array.Fill(exponents, (sbyte)-1);
        Set(Two, 2);
        Set(Zero, 0);
        Set(Three, 3);
        Set(Four, 4);
        return exponents;

        void Set(string codes, sbyte exponent)
        {
            Span<byte> utf8 = stackalloc byte[3];
            foreach (var code in codes.Split(' '))
            {
                for (var i = 0; i < 3; i++)
                    utf8[i] = (byte)code[i];
                exponents[Index(utf8)] = exponent;
            }
        }
    }
}
