using Vigil.Core.Transactions;

namespace Vigil.Core.Rules;

/// <summary>When something that blocks is put into shadow: it would block more than its share.</summary>
/// <param name="Share">Of the decisions of a window, above 0 and up to 1 (which never trips).</param>
/// <param name="Window">Length of the window of processing time, microseconds; 1 minute to 1 day.</param>
/// <param name="Least">Fewest decisions of a window that can trip it, 1 or more.</param>
public sealed record Breaker(double Share, long Window, int Least)
{
    /// <summary>5 % of the decisions of an hour, once there are 200.</summary>
    public static Breaker Default { get; } = new(0.05, 3_600 * Timestamp.Second, 200);
}
