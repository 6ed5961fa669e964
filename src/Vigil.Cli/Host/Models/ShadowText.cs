using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Cli.Host.Rules;
using Vigil.Training.Comparison;
using Vigil.Training.Comparison.Shadow;

namespace Vigil.Cli.Host.Models;

/// <summary>Challengers beside what decided, for people and for scripts.</summary>
internal static class ShadowText
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Json(IReadOnlyList<ShadowMeasures> measured) => JsonSerializer.Serialize(measured, Names);

    public static string Of(IReadOnlyList<ShadowMeasures> measured)
    {
        if (measured.Count == 0)
            return "No challenger has scored a decision in that time. vigil models challenge VERSION makes one; or name another time with --since.\n";
        using var text = new StringWriter(new StringBuilder(), CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var m in measured)
        {
            text.WriteLine(Text($"{m.Alias}, version {m.Version}, beside version {string.Join(", ", m.Champions)}: {m.Scored:N0} payments of {m.From:yyyy-MM-dd} to {m.To:yyyy-MM-dd}, {m.Labelled:N0} labelled, {m.Frauds:N0} frauds; {m.ReviewsPerDay:N0} reviews a day"));
            var table = new TextTable("", "in charge", "challenger");
            table.Add("precision at the budget", Range(m.Champion.Precision), Range(m.Challenger.Precision));
            table.Add("recall at the budget", Range(m.Champion.Recall), Range(m.Challenger.Recall));
            table.Add("labels among the reviewed", Text($"{m.Champion.Labelled:N0}"), Text($"{m.Challenger.Labelled:N0}"));
            table.Write(text);
            text.WriteLine($"of what the one in charge has reviewed, the challenger would have reviewed {Range(m.Agreement)}");
            text.WriteLine(m.Said);
            text.WriteLine();
        }

        return text.ToString();
    }

    /// <summary>A number with its range; empty for none.</summary>
    public static string Range(Interval? interval) => interval is { } i ? Text($"{i.Value:0.0000} ({i.Low:0.0000} to {i.High:0.0000})") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
