using System.Globalization;
using System.Text;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Core.Decisions;

/// <summary>
/// Puts the value of a feature in words: what its set says of it, and what is usual for the account. Aggregates that a
/// text asks for itself are not stored with a decision: they are "unknown" here, where those that features hold are known.
/// </summary>
internal sealed class FeatureWords(FeatureSet set)
{
    private const string Number = "#,0.##";

    private readonly FeatureProgram _program = set.Program;

    /// <param name="feature">Its position.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="vector">Its features.</param>
    /// <param name="usual">What is usual; NaN where that is not known.</param>
    public string Say(int feature, Transaction transaction, ReadOnlySpan<float> vector, float usual)
    {
        var name = set.Names[feature];
        if (set.Features[feature].Value.Trim() == "amount")
            return SayAmount(name, transaction, usual);
        var template = _program.Texts[feature];
        var number = template?.NumberOf(name);
        var row = RowOf(transaction, vector);
        var shown = Text(number is null ? vector[feature] : number(row));
        row.Features[feature] = usual;
        var shownUsual = float.IsNaN(usual) ? "" : Text(number is null ? usual : number(row));
        row.Features[feature] = vector[feature];

        string text;
        if (!float.IsFinite(vector[feature]))
            text = $"{name} is not known";
        else if (template is null)
            text = $"{name} is {shown}";
        else
            text = Fill(template, row);
        // A text that does not show the number leaves nothing to compare it with.
        if (shownUsual.Length == 0 || (template is not null && number is null))
            return text;
        return shownUsual == shown ? $"{text} (as usual)" : $"{text} (usually {shownUsual})";
    }

    private static string SayAmount(string name, Transaction transaction, float usual)
    {
        var amount = transaction.Amount.ToDecimal();
        var digits = $"#,0{(transaction.Amount.Exponent > 0 ? "." + new string('0', transaction.Amount.Exponent) : "")}";
        var text = $"{name} {amount.ToString(digits, CultureInfo.InvariantCulture)}";
        if (!(usual > 0))
            return text;
        var shownUsual = usual.ToString(digits, CultureInfo.InvariantCulture);
        var times = (double)amount / usual;
        return times switch
        {
            >= 1.05 => $"{text} is {times.ToString(times < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture)} times this account's usual {shownUsual}",
            <= 0.95 => $"{text} is less than this account's usual {shownUsual}",
            _ => $"{text} is about this account's usual {shownUsual}",
        };
    }

    private Row RowOf(Transaction transaction, ReadOnlySpan<float> vector)
    {
        var row = new Row(transaction, _program.Aggregates.Count, vector.Length);
        Array.Fill(row.Aggregates, double.NaN);
        for (var f = 0; f < vector.Length; f++)
            row.Features[f] = vector[f];
        return row;
    }

    private static string Fill(Template template, Row row)
    {
        var text = new Decision(0);
        template.Write(row, text);
        return Encoding.UTF8.GetString(text.Reason);
    }

    private static string Text(double number) => double.IsFinite(number) ? number.ToString(Number, CultureInfo.InvariantCulture) : "unknown";
}
