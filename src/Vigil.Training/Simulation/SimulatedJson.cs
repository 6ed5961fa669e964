using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Vigil.Training.Simulation;

/// <summary>The transaction JSON of a simulated purchase. All amounts are in euros.</summary>
internal static class SimulatedJson
{
    public static void Write(Utf8JsonWriter writer, in SimulatedTransaction transaction, in SimulatedAttributes attributes, bool withLabel)
    {
        var time = DateTime.UnixEpoch.AddMicroseconds(transaction.TimeMicros);
        Span<byte> text = stackalloc byte[64];
        var invariant = CultureInfo.InvariantCulture;

        writer.WriteStartObject();
        Utf8.TryWrite(text, invariant, $"tx-{time:yyyyMMdd}-{transaction.IndexInDay:D7}", out var length);
        writer.WriteString("transaction_id"u8, text[..length]);
        Utf8.TryWrite(text, invariant, $"C{transaction.Customer:D6}", out length);
        writer.WriteString("account_id"u8, text[..length]);
        writer.WriteString("timestamp"u8, time);
        Utf8.TryWrite(text, invariant, $"{transaction.Cents / 100}.{transaction.Cents % 100:D2}", out length);
        writer.WritePropertyName("amount"u8);
        writer.WriteRawValue(text[..length], skipInputValidation: true);
        writer.WriteString("currency"u8, "EUR"u8);
        writer.WriteString("merchant_category"u8, attributes.MerchantCategory);
        Utf8.TryWrite(text, invariant, $"T{transaction.Terminal:D6}", out length);
        writer.WriteString("merchant_id"u8, text[..length]);
        writer.WriteString("location"u8, attributes.Location);
        writer.WriteString("country"u8, attributes.Country);
        Utf8.TryWrite(text, invariant, $"K{transaction.Customer:D6}", out length);
        writer.WriteString("card_id"u8, text[..length]);
        Utf8.TryWrite(text, invariant, $"D{transaction.Customer:D6}", out length);
        writer.WriteString("device_id"u8, text[..length]);
        writer.WriteString("channel"u8, attributes.Channel);
        if (withLabel)
            writer.WriteBoolean("is_fraud"u8, transaction.IsFraud);
        writer.WriteEndObject();
    }
}
