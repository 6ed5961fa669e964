using System.Buffers.Text;
using Vigil.Core.Transactions;

namespace Vigil.Training.Simulation;

/// <summary>
/// Rows of the compact benchmark format as the transactions that they stand for: the row number is the transaction id,
/// customer 12 is account C12, terminal 34 is merchant T34, times count from 2018-04-01.
/// </summary>
public static class CompactJson
{
    /// <summary>Most bytes of one transaction.</summary>
    public const int MaxLength = 256;

    private static readonly long Start =
        Timestamp.FromDateTime(CompactDataset.HandbookStart.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));

    /// <summary>Writes one row as JSON.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="row">Row number, from 0.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(CompactDataset dataset, int row, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var rest = destination;
        Text("{\"transaction_id\":\""u8, ref rest);
        Number(row, ref rest);
        Text("\",\"account_id\":\"C"u8, ref rest);
        Number(dataset.Customer[row], ref rest);
        Text("\",\"timestamp\":\""u8, ref rest);
        Timestamp.Format(Start + dataset.Seconds[row] * Timestamp.Second, rest);
        rest = rest[Timestamp.FormattedLength..];
        Text("\",\"amount\":"u8, ref rest);
        Number(dataset.Cents[row] / 100, ref rest);
        var cents = dataset.Cents[row] % 100;
        rest[0] = (byte)'.';
        rest[1] = (byte)('0' + cents / 10);
        rest[2] = (byte)('0' + cents % 10);
        rest = rest[3..];
        Text(",\"merchant_id\":\"T"u8, ref rest);
        Number(dataset.Terminal[row], ref rest);
        Text(dataset.Scenario[row] > 0 ? "\",\"is_fraud\":true}"u8 : "\",\"is_fraud\":false}"u8, ref rest);
        return destination.Length - rest.Length;
    }

    private static void Text(ReadOnlySpan<byte> text, ref Span<byte> rest)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }

    private static void Number(int value, ref Span<byte> rest)
    {
        if (!Utf8Formatter.TryFormat(value, rest, out var written))
            throw new ArgumentException($"needs {MaxLength} bytes");
        rest = rest[written..];
    }
}
