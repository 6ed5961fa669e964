using System.Text.Json;

namespace Vigil.Detection.Kafka;

/// <summary>What a message of the topic of decisions says, for those who read the decision itself in the database.</summary>
internal static class DecisionNotice
{
    private static readonly JsonEncodedText[] Texts =
        [JsonEncodedText.Encode("decided"), JsonEncodedText.Encode("duplicate"), JsonEncodedText.Encode("conflict")];

    public static JsonEncodedText Text(VerdictKind kind) => kind <= VerdictKind.Conflict
        ? Texts[(int)kind] : throw new ArgumentOutOfRangeException(nameof(kind), kind, "is nothing to tell");

    /// <summary>Reads the kind of a message; false where it is none that this version knows.</summary>
    public static bool TryReadKind(ReadOnlySpan<byte> message, out VerdictKind kind)
    {
        kind = default;
        try
        {
            // The first member, as the writer has it; others may come first, and they are passed over.
            var json = new Utf8JsonReader(message);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var found = json.ValueTextEquals("kind"u8);
                json.Read();
                if (found)
                    return json.TokenType == JsonTokenType.String && TryParse(ref json, out kind);
                json.Skip();
            }
        }
        catch (JsonException)
        {
            // Whoever wrote it, it is no decision.
        }

        return false;
    }

    private static bool TryParse(ref Utf8JsonReader json, out VerdictKind kind)
    {
        for (kind = VerdictKind.Decided; kind <= VerdictKind.Conflict; kind++)
        {
            if (json.ValueTextEquals(Texts[(int)kind].EncodedUtf8Bytes))
                return true;
        }

        return false;
    }
}
