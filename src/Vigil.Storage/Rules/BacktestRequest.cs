namespace Vigil.Storage.Rules;

/// <summary>What a backtest runs.</summary>
/// <param name="Content">JSON of the rule set.</param>
/// <param name="Version">The version that it is, where it is a stored one; null for a draft.</param>
/// <param name="From">First event time, microseconds since the epoch.</param>
/// <param name="To">First event time after the period.</param>
/// <param name="Maturity">
/// Age in microseconds from which on a payment without a label counts as legitimate: younger ones may still be reported.
/// </param>
/// <param name="Examples">Most examples to show of each kind, 0 to 100.</param>
public sealed record BacktestRequest(
    string Content, int? Version, long From, long To, long Maturity = BacktestRequest.DefaultMaturity, int Examples = 10)
{
    /// <summary>28 days: most chargebacks are known by then.</summary>
    public const long DefaultMaturity = 28L * 86_400_000_000;
}
