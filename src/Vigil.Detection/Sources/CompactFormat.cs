using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Sources;

/// <summary>
/// The benchmark's rows, <c>dt_s,customer,terminal,cents,scenario</c>: seconds since the row before, counted from
/// 2018-04-01. A row's number is its transaction_id; scenario 1 and above is fraud.
/// </summary>
internal sealed class CompactFormat : RowFormat
{
    private const long Start = 1_522_540_800;

    public static ReadOnlySpan<byte> Header => "dt_s,customer,terminal,cents,scenario"u8;

    public override bool TryWriteJson(
        ReadOnlySpan<byte> row, long number, IBufferWriter<byte> json, out Rejection rejection)
    {
        Span<long> values = stackalloc long[5];
        for (var i = 0; i < values.Length; i++)
        {
            if (!Utf8Parser.TryParse(row, out values[i], out var used) || values[i] is < 0 or > int.MaxValue
                || (i == values.Length - 1 ? used != row.Length : used == row.Length || row[used] != ','))
            {
                rejection = new Rejection("", "is not five whole numbers: dt_s,customer,terminal,cents,scenario");
                return false;
            }

            row = row[Math.Min(used + 1, row.Length)..];
        }

        Seconds += values[0];
        var time = Timestamp.ToDateTime((Start + Seconds) * Timestamp.Second);
        var room = json.GetSpan(256);
        Utf8.TryWrite(
            room, CultureInfo.InvariantCulture,
            $$"""
            {"transaction_id":"{{number}}","account_id":"C{{values[1]:D6}}","timestamp":"{{time:yyyy-MM-ddTHH:mm:ssZ}}","amount":{{values[3] / 100}}.{{values[3] % 100:D2}},"merchant_id":"T{{values[2]:D6}}","is_fraud":{{(values[4] > 0 ? 1 : 0)}}}
            """,
            out var written);
        json.Advance(written);
        rejection = default;
        return true;
    }
}
