using Vigil.Core.Transactions;

namespace Vigil.Detection;

/// <summary>What every transaction must fulfil before it is decided, by whatever way it comes.</summary>
public static class IncomingTransaction
{
    /// <summary>Reads a transaction.</summary>
    /// <param name="json">As it came, UTF-8.</param>
    /// <param name="now">The time, µs: an event later than <see cref="BatchDecider.MaxAhead"/> after it is a mistake.</param>
    /// <param name="transaction">Takes what was read.</param>
    /// <param name="rejection">Why it is none, where the result is false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> json, long now, Transaction transaction, out Rejection rejection)
    {
        if (!TransactionJson.TryDecode(json, transaction, out rejection))
            return false;
        if (transaction.Time <= now + BatchDecider.MaxAhead)
            return true;
        rejection = new Rejection("timestamp", "is more than 24 hours in the future");
        return false;
    }
}
