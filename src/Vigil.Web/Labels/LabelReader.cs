using System.Text;
using System.Text.Json;
using Vigil.Core.Transactions;
using Vigil.Storage.Labels;
using Vigil.Web.Problems;

namespace Vigil.Web.Labels;

/// <summary>Reads a label from JSON.</summary>
internal static class LabelReader
{
    private static readonly string[] Known = ["transaction_id", "is_fraud", "label", "source", "observed_at", "note"];

    /// <summary>The label; null where something is wrong with it, which is added.</summary>
    public static LabelToAdd? Read(JsonElement json, List<FieldError> errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new FieldError("label", "is no JSON object"));
            return null;
        }

        foreach (var member in json.EnumerateObject().Where(member => !Known.Contains(member.Name)))
            errors.Add(new FieldError(member.Name, $"is not known here; a label has {string.Join(", ", Known)}"));
        var id = Text(json, "transaction_id", errors);
        if (string.IsNullOrEmpty(id) && errors.All(e => e.Field != "transaction_id"))
            errors.Add(new FieldError("transaction_id", "is missing"));
        var isFraud = IsFraud(json, errors);
        long? observed = null;
        if (Text(json, "observed_at", errors) is { } text)
        {
            if (Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var error))
                observed = time;
            else
                errors.Add(new FieldError("observed_at", error));
        }

        var source = Text(json, "source", errors) ?? LabelSource.Api;
        var note = Text(json, "note", errors);
        return errors.Count == 0 ? new LabelToAdd(id!, isFraud, source, observed, string.IsNullOrEmpty(note) ? null : note) : null;
    }

    private static bool IsFraud(JsonElement json, List<FieldError> errors)
    {
        var names = Known[1..3].Where(name => json.TryGetProperty(name, out var v) && v.ValueKind != JsonValueKind.Null).ToArray();
        if (names.Length != 1)
        {
            errors.Add(new FieldError("is_fraud", names.Length == 0 ? "is missing" : "and label are both there: leave one out"));
            return false;
        }

        var value = json.GetProperty(names[0]);
        var written = value.ValueKind == JsonValueKind.String ? SafeText(value) ?? "" : value.GetRawText();
        if (!LabelText.TryParse(written, out var isFraud))
            errors.Add(new FieldError(names[0], $"is none of {LabelText.Accepted}"));
        return isFraud;
    }

    private static string? Text(JsonElement json, string name, List<FieldError> errors)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String && SafeText(value) is { } text)
            return text;
        errors.Add(new FieldError(name, "is no text"));
        return null;
    }

    private static string? SafeText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, or bytes that are not UTF-8.
            return null;
        }
    }
}
