using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Lifecycle;

namespace Vigil.Cli.Host.Lifecycle;

/// <summary>Archived payments for spreadsheets.</summary>
internal static class ArchivedCsv
{
    /// <summary>The first line of the CSV; <see cref="Line"/> makes the others.</summary>
    public const string Header =
        "seq,transaction_id,account_id,timestamp,amount,currency,merchant_category,merchant_id,location,country,card_id,device_id,ip,email,"
        + "channel,outcome,status,is_fraud,ml_anomaly_score,alert_reason,decided_at";

    /// <summary>What people read, as a line of CSV (RFC 4180). What a spreadsheet would take for a formula has an apostrophe before it.</summary>
    public static string Line(ArchivedTransaction row)
    {
        return string.Join(',', new[]
        {
            row.Seq.ToString(CultureInfo.InvariantCulture), Text(row.TransactionId), Text(row.AccountId), Timestamp.Format(row.Time),
            new Money(row.AmountMinor, row.AmountExponent).ToDecimal().ToString(CultureInfo.InvariantCulture), Text(row.Currency),
            Text(row.MerchantCategory), Text(row.MerchantId), Text(row.Location), Text(row.Country), Text(row.CardId), Text(row.DeviceId),
            Text(row.Ip), Text(row.Email), Text(row.Channel), ((Outcome)row.Outcome).ToString().ToLowerInvariant(), row.Status,
            row.IsFraud is { } isFraud ? (isFraud ? "1" : "0") : "", row.MlAnomalyScore?.ToString("R", CultureInfo.InvariantCulture),
            Text(row.AlertReason), Timestamp.Format(row.DecidedAt),
        });
    }

    private static string Text(string? text) => text is null ? "" : CsvText.Quote(text is ['=' or '+' or '-' or '@', ..] ? "'" + text : text);
}
