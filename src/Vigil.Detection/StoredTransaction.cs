using Vigil.Core.Transactions;

namespace Vigil.Detection;

/// <summary>Reads what the table keeps of a transaction: its JSON as it came.</summary>
internal static class StoredTransaction
{
    /// <exception cref="InvalidDataException">It was changed, or written by a version that accepted more.</exception>
    public static void Decode(ReadOnlySpan<byte> payload, Transaction transaction)
    {
        if (!TransactionJson.TryDecode(payload, transaction, out var rejection))
            throw new InvalidDataException($"a stored transaction cannot be read: {rejection}");
    }
}
