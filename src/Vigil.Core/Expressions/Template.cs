using System.Globalization;
using System.Linq.Expressions;
using System.Text;

namespace Vigil.Core.Expressions;

/// <summary>A text with {expression} parts, such as "{amount} is {amount / mean} times the usual".</summary>
internal sealed class Template
{
    private readonly List<(byte[] Text, Func<Row, double>? Number, TextOperand? Field)> _parts = [];

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
                _parts.Add(Compile(text[(open + 1)..close], scope));
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
        Span<byte> digits = stackalloc byte[64];
        foreach (var (text, number, field) in _parts)
        {
            if (number is not null)
            {
                var value = number(row);
                if (double.IsNaN(value) || !value.TryFormat(digits, out var length, "#,0.##", CultureInfo.InvariantCulture))
                    decision.Say("unknown"u8);
                else
                    decision.Say(digits[..length]);
            }
            else
            {
                decision.Say(field is null ? text : field.Utf8(row) is { IsEmpty: false } value ? value : "unknown"u8);
            }
        }
    }

    private static (byte[] Text, Func<Row, double>? Number, TextOperand? Field) Compile(string source, Scope scope)
    {
        var row = Expression.Parameter(typeof(Row), "row");
        var compiler = new Compiler(source, scope, row);
        var syntax = Parser.Parse(source);
        if (compiler.TryText(syntax) is { } field)
            return ([], null, field);
        return ([], Expression.Lambda<Func<Row, double>>(compiler.Number(syntax), row).Compile(), null);
    }
}
