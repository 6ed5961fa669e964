using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vigil.Training.Rules;

/// <summary>Writes suggestions as the file of a rule set (docs/rules.md), ready to be tested and published.</summary>
public static class SuggestedRuleSet
{
    /// <param name="suggestions">The rules.</param>
    /// <param name="state">State of each: draft or shadow.</param>
    public static string Write(RuleSuggestions suggestions, string state)
    {
        ArgumentNullException.ThrowIfNull(suggestions);
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("name", "suggested");
            json.WriteString("description", string.Create(CultureInfo.InvariantCulture,
                $"Found on {suggestions.TrainFrom:yyyy-MM-dd} to {suggestions.TrainTo:yyyy-MM-dd}, judged on the days up to {suggestions.TestTo:yyyy-MM-dd}"));
            json.WriteStartArray("rules");
            foreach (var rule in suggestions.Rules)
            {
                json.WriteStartObject();
                json.WriteString("name", rule.Name);
                json.WriteString("rule", rule.Text);
                json.WriteString("says", rule.Says);
                json.WriteString("description", $"Suggested. {Describe("In time", rule.InTime)}. {Describe("Out of time", rule.OutOfTime)}.");
                json.WriteString("state", state);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static string Describe(string period, RuleQuality quality) => string.Create(CultureInfo.InvariantCulture,
        $"{period}: precision {quality.Precision:0.###}, recall {quality.Recall:0.###}, {quality.AlertsPerDay:0.##} alerts a day");
}
