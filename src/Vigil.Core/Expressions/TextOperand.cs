using System.Buffers.Text;
using System.Text;
using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions;

/// <summary>A text inside an expression: a literal, a field or an attribute. Empty is missing.</summary>
internal sealed class TextOperand
{
    private readonly byte[]? _literal;
    private readonly byte[]? _attribute;
    private readonly Field _field;

    private TextOperand(byte[]? literal, byte[]? attribute, Field field) =>
        (_literal, _attribute, _field) = (literal, attribute, field);

    public static TextOperand Literal(string text) => new(Encoding.UTF8.GetBytes(text), null, default);

    public static TextOperand Of(Field field) => new(null, null, field);

    public static TextOperand Attribute(string name) => new(null, Encoding.UTF8.GetBytes(name), default);

    public static bool Has(Row row, TextOperand text) => !text.Utf8(row).IsEmpty;

    /// <summary>The number that the text says; missing where it says none.</summary>
    public static double Number(Row row, TextOperand text)
    {
        if (text._attribute is { } name)
            return row.Transaction.AttributeNumber(name);
        var utf8 = text.Utf8(row);
        return Utf8Parser.TryParse(utf8, out double value, out var used) && used == utf8.Length && double.IsFinite(value)
            ? value
            : double.NaN;
    }

    /// <summary>False when either is missing, as every comparison with a missing value is.</summary>
    public static bool AreEqual(Row row, TextOperand a, TextOperand b)
    {
        var left = a.Utf8(row);
        return !left.IsEmpty && left.SequenceEqual(b.Utf8(row));
    }

    /// <summary>False when either is missing.</summary>
    public static bool Differ(Row row, TextOperand a, TextOperand b)
    {
        var left = a.Utf8(row);
        var right = b.Utf8(row);
        return !left.IsEmpty && !right.IsEmpty && !left.SequenceEqual(right);
    }

    public static bool IsIn(Row row, TextOperand text, TextOperand[] list)
    {
        foreach (var item in list)
        {
            if (AreEqual(row, text, item))
                return true;
        }

        return false;
    }

    public static bool StartsWith(Row row, TextOperand text, TextOperand part) =>
        Has(row, text) && Has(row, part) && text.Utf8(row).StartsWith(part.Utf8(row));

    public static bool EndsWith(Row row, TextOperand text, TextOperand part) =>
        Has(row, text) && Has(row, part) && text.Utf8(row).EndsWith(part.Utf8(row));

    public static bool Contains(Row row, TextOperand text, TextOperand part) =>
        Has(row, text) && Has(row, part) && text.Utf8(row).IndexOf(part.Utf8(row)) >= 0;

    /// <summary>The text as UTF-8; empty is missing.</summary>
    public ReadOnlySpan<byte> Utf8(Row row)
    {
        if (_literal is not null)
            return _literal;
        if (_attribute is null)
            return row.Transaction[_field];
        var index = row.Transaction.FindAttribute(_attribute);
        return index < 0 ? default : row.Transaction.AttributeText(index);
    }
}
