using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions;

/// <summary>A text with {expression} parts, such as "{amount} is {amount / mean} times the usual".</summary>
internal sealed class Template
{
    private readonly List<(byte[] Text, Func<Row, double>? Number, Func<Row, Value>? Value)> _parts = [];
    private readonly List<(string Source, Func<Row, double> Number)> _numbers = [];

    /// <exception cref="ExpressionException">A part does not compile, or a bracket is not closed.</exception>
    public Template(string text, Scope scope)
    {
        var rest = 0;
        while (text.IndexOf('{', rest) is >= 0 and var open)
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
                throw new ExpressionException(text, open, "the { that begins here has no closing }");
            _parts.Add((Encoding.UTF8.GetBytes(text[rest..open]), null, null));
            try
            {
                var (number, value) = ExpressionCompiler.Part(text[(open + 1)..close], scope);
                _parts.Add(([], number, value));
                if (number is not null)
                    _numbers.Add((text[(open + 1)..close], number));
            }
            catch (ExpressionException e)
            {
                throw new ExpressionException(text, open + 1 + e.Offset, e.Problem);
            }

            rest = close + 1;
        }

        _parts.Add((Encoding.UTF8.GetBytes(text[rest..]), null, null));
    }

    /// <summary>Writes the text; a missing value is written as "unknown".</summary>
    public void Write(Row row, Decisions.Decision decision)
    {
        foreach (var (text, number, value) in _parts)
        {
            if (number is not null)
                Write(number(row), decision);
            else if (value is not null)
                Write(value(row), decision);
            else
                decision.Say(text);
        }
    }

    /// <summary>The first number in the text that is computed from a feature, as people are told it: days of one in seconds.</summary>
    /// <returns>Null where the text shows no number of it.</returns>
    public Func<Row, double>? NumberOf(string feature) =>
        _numbers.Find(part => Regex.IsMatch(part.Source, $@"\b{Regex.Escape(feature)}\b", RegexOptions.CultureInvariant)).Number;

    private static void Write(double number, Decisions.Decision decision)
    {
        Span<byte> digits = stackalloc byte[64];
        if (double.IsNaN(number) || !number.TryFormat(digits, out var length, "#,0.##", CultureInfo.InvariantCulture))
            decision.Say("unknown"u8);
        else
            decision.Say(digits[..length]);
    }

    private static void Write(Value value, Decisions.Decision decision)
    {
        if (value.IsError)
            decision.Say("unknown"u8);
        else if (value.Kind == ValueKind.Text)
            decision.Say(value.Octets);
        else if (value.IsNumber)
            Write(value.ToDouble(), decision);
        else
            decision.Say(Encoding.UTF8.GetBytes(ValueText.Describe(value)));
    }
}
