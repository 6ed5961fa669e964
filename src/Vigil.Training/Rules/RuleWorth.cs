namespace Vigil.Training.Rules;

/// <summary>What frauds and false alerts are worth to one who wants a least precision.</summary>
/// <param name="Precision">In (0, 1): where frauds found and alerts lost weigh the same.</param>
internal readonly record struct RuleWorth(double Precision)
{
    // One-sided 95%.
    private const double Z = 1.645;

    /// <summary>Longer rules must be worth this much more, for each condition, than shorter ones.</summary>
    private const double PerCondition = 0.02;

    /// <summary>Frauds found, less the price of the false alerts in frauds; a long rule counts a little less.</summary>
    public double Of(int frauds, int others, int conditions)
    {
        var worth = frauds - others * Precision / (1 - Precision);
        return worth - Math.Abs(worth) * PerCondition * (conditions - 1);
    }

    /// <summary>Whether the precision is at least what is wanted, chance allowed for: the lower end of Wilson's interval (1927).</summary>
    public bool IsSure(int frauds, int others)
    {
        double n = frauds + others;
        var share = frauds / n;
        var middle = share + Z * Z / (2 * n);
        var spread = Z * Math.Sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
        return (middle - spread) / (1 + Z * Z / n) >= Precision;
    }

    /// <summary>
    /// FOIL's information gain, by which RIPPER grows a rule (Cohen, "Fast Effective Rule Induction", ICML 1995, section
    /// 2): frauds kept, times the bits by which one of them became less surprising.
    /// </summary>
    public static double Gain(int frauds, int others, double baseRate) =>
        frauds * (Math.Log2(frauds / (double)(frauds + others)) - Math.Log2(baseRate));
}
