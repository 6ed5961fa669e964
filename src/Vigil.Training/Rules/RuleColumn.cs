using System.Text.Json;

namespace Vigil.Training.Rules;

/// <summary>
/// Something that conditions are about, with each row's value as a small code: of a number, how many of the thresholds
/// it reaches; of a text, which value it is.
/// </summary>
internal sealed class RuleColumn
{
    /// <summary>The code of a missing value.</summary>
    public const byte Missing = byte.MaxValue;

    /// <summary>Most thresholds, and most values of a text.</summary>
    public const int MostCodes = 250;

    private readonly double[] _cuts;
    private readonly IReadOnlyList<string> _values;
    private readonly bool _seconds;

    private RuleColumn(string name, string says, double[] cuts, IReadOnlyList<string> values, bool seconds, byte[] codes)
    {
        (Name, Says, _cuts, _values, _seconds, Codes) = (name, says, cuts, values, seconds, codes);
        HighestCode = IsText ? values.Count - 1 : cuts.Length;
    }

    /// <summary>As an expression names it.</summary>
    public string Name { get; }

    /// <summary>What an analyst is told of it.</summary>
    public string Says { get; }

    public bool IsText => _values.Count > 0;

    /// <summary>By row.</summary>
    public byte[] Codes { get; }

    public int HighestCode { get; }

    /// <param name="name">As an expression names it.</param>
    /// <param name="says">What an analyst is told of it.</param>
    /// <param name="seconds">Whether it is a span of time.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="value">By row; NaN is missing.</param>
    /// <param name="thresholds">Candidates, ascending.</param>
    public static RuleColumn OfNumbers(
        string name, string says, bool seconds, int rows, Func<int, double> value, double[] thresholds)
    {
        var codes = new byte[rows];
        for (var row = 0; row < rows; row++)
        {
            var number = value(row);
            codes[row] = double.IsNaN(number) ? Missing : (byte)Reached(thresholds, number);
        }

        return new RuleColumn(name, says, thresholds, [], seconds, codes);
    }

    public static RuleColumn OfTexts(TextColumn texts, int rows)
    {
        var codes = new byte[rows];
        for (var row = 0; row < rows; row++)
            codes[row] = (byte)(texts.Code(row) - 1); // the code of a missing text, 0, becomes Missing
        var name = Core.Transactions.Fields.Name(texts.Field);
        return new RuleColumn(name, $"{name} {{{name}}}", [], texts.Values, false, codes);
    }

    /// <summary>Every condition about this column, but those that all values meet.</summary>
    public IEnumerable<(byte Low, byte High)> Ranges()
    {
        for (var code = 0; code <= HighestCode; code++)
        {
            if (IsText)
            {
                yield return ((byte)code, (byte)code);
            }
            else if (code < HighestCode)
            {
                yield return ((byte)(code + 1), (byte)HighestCode);
                yield return (0, (byte)code);
            }
        }
    }

    /// <summary>How little the number of a condition is one that a person would write; see <see cref="RoundNumbers.Roughness"/>.</summary>
    public int Roughness(Condition condition) =>
        IsText || _seconds ? 0 : RoundNumbers.Roughness(_cuts[Cut(condition)]);

    /// <summary>The condition as an expression.</summary>
    public string Text(Condition condition)
    {
        if (IsText)
            return $"{Name} == {Quoted(_values[condition.Low])}";
        var cut = _cuts[Cut(condition)];
        return $"{Name} {(condition.Low > 0 ? ">=" : "<")} {(_seconds ? RoundNumbers.SpanText(cut) : RoundNumbers.Text(cut))}";
    }

    /// <summary>The condition in the name of a rule.</summary>
    public string NameOf(Condition condition) => IsText ? Name : condition.Low > 0 ? $"high_{Name}" : $"low_{Name}";

    private static int Cut(Condition condition) => condition.Low > 0 ? condition.Low - 1 : condition.High;

    private static int Reached(double[] thresholds, double number)
    {
        var index = Array.BinarySearch(thresholds, number);
        return index >= 0 ? index + 1 : ~index;
    }

    private static string Quoted(string text) =>
        JsonSerializer.Serialize(text, JsonText.Default.String);
}
