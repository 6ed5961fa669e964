using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vigil.Storage.Lifecycle;

/// <summary>
/// What a row of a person becomes. Amounts, times, merchants, countries, decisions, reasons and feature values stay; what
/// points to the person (account, card, device, address, e-mail, place) becomes a token, the same for the same value, so
/// that windows over it still count alike; attributes that Vigil does not know are taken out.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="pseudonym">What stands for it.</param>
internal sealed class Forgetting(string account, string pseudonym)
{
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "transaction_id", "timestamp", "amount", "currency", "merchant_category", "merchant_id", "country", "channel", "is_fraud",
    };

    private readonly Dictionary<(string Field, string Value), string> _tokens = [];

    /// <summary>The values that tokens took the place of, by field.</summary>
    public IEnumerable<(string Field, string Value)> Values => _tokens.Keys;

    public bool IsOf(ArchivedTransaction row) => row.AccountId == account;

    public ArchivedTransaction Apply(ArchivedTransaction row)
    {
        var said = new List<(string Value, string Token)> { (account, pseudonym) };
        var erased = row with
        {
            AccountId = pseudonym,
            Location = Token("location", row.Location, said),
            CardId = Token("card_id", row.CardId, said),
            DeviceId = Token("device_id", row.DeviceId, said),
            Ip = Token("ip", row.Ip, said),
            Email = Token("email", row.Email, said),
            Labels = [.. row.Labels.Select(label => label with { Note = null })],
        };
        return erased with { Payload = Payload(row.Payload, erased, said), AlertReason = Reason(row.AlertReason, said) };
    }

    private string? Token(string field, string? value, List<(string Value, string Token)> said)
    {
        if (value is null)
            return null;
        if (!_tokens.TryGetValue((field, value), out var token))
            _tokens.Add((field, value), token = $"erased-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}");
        said.Add((value, token));
        return token;
    }

    /// <summary>The JSON, with the same members in the same order as far as they stay.</summary>
    private static string Payload(string payload, ArchivedTransaction erased, List<(string Value, string Token)> said)
    {
        var buffer = new ArrayBufferWriter<byte>(payload.Length);
        using var document = JsonDocument.Parse(payload);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var token = member.Name switch
                {
                    "account_id" => erased.AccountId,
                    "location" => erased.Location,
                    "card_id" => erased.CardId,
                    "device_id" => erased.DeviceId,
                    "ip" => erased.Ip,
                    "email" => erased.Email,
                    _ => null,
                };
                if (Kept.Contains(member.Name))
                    member.WriteTo(json);
                else if (token is not null)
                    json.WriteString(member.Name, token);
                else if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } text)
                    said.Add((text, "erased"));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A reason may quote what the payment said; the longest first, because one value may be part of another.</summary>
    private static string? Reason(string? reason, List<(string Value, string Token)> said) => reason is null ? null
        : said.OrderByDescending(pair => pair.Value.Length).Aggregate(reason, (text, pair) => text.Replace(pair.Value, pair.Token, StringComparison.Ordinal));
}
