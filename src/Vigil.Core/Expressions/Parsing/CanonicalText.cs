using System.Globalization;
using System.Text;

namespace Vigil.Core.Expressions.Parsing;

/// <summary>
/// Writes the same text for the same meaning, whatever its white space, quotes or redundant brackets. It identifies the
/// filters of aggregates and is part of the hash of a feature set, so it never changes.
/// </summary>
internal static class CanonicalText
{
    public static string Canonical(this Syntax syntax)
    {
        var text = new StringBuilder();
        Write(text, syntax);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Syntax syntax)
    {
        switch (syntax)
        {
            case Syntax.Null:
                text.Append("null");
                break;
            case Syntax.Bool b:
                text.Append(b.Value ? "true" : "false");
                break;
            case Syntax.Int n:
                text.Append(n.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case Syntax.UInt n:
                text.Append(n.Value.ToString(CultureInfo.InvariantCulture)).Append('u');
                break;
            case Syntax.Double n:
                text.Append(Number(n.Value));
                break;
            case Syntax.Text t:
                Quote(text, t.Value);
                break;
            case Syntax.Bytes b:
                Quote(text, b.Value);
                break;
            case Syntax.Name n:
                text.Append(n.IsRooted ? "." : "").Append(n.Value);
                break;
            case Syntax.Member m:
                Write(text, m.Target);
                text.Append('.').Append(Selector(m.Property));
                break;
            case Syntax.Index x:
                Write(text, x.Target);
                Join(text, "[", [x.Key], "]");
                break;
            case Syntax.Call c:
                if (c.Target is not null)
                {
                    Write(text, c.Target);
                    text.Append('.');
                }

                text.Append(c.Function);
                Join(text, "(", c.Arguments, ")");
                break;
            case Syntax.List l:
                Join(text, "[", l.Items, "]");
                break;
            case Syntax.Map m:
                Entries(text, "{", m.Entries, Write);
                break;
            case Syntax.Message m:
                Entries(text, m.Type + "{", m.Fields, (to, field) => to.Append(Selector(field)));
                break;
            case Syntax.Unary u:
                Operation(text, u.Operator, u.Operand);
                break;
            case Syntax.Binary b:
                Operation(text, b.Left, $" {b.Operator} ", b.Right);
                break;
            case Syntax.Conditional c:
                Operation(text, c.Test, " ? ", c.Then, " : ", c.Else);
                break;
        }
    }

    private static void Operation(StringBuilder text, params ReadOnlySpan<object> parts)
    {
        text.Append('(');
        foreach (var part in parts)
        {
            if (part is Syntax syntax)
                Write(text, syntax);
            else
                text.Append(part);
        }

        text.Append(')');
    }

    private static void Join(StringBuilder text, string open, IReadOnlyList<Syntax> items, string close)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(text, items[i]);
        }

        text.Append(close);
    }

    private static void Entries<T>(
        StringBuilder text, string open, IReadOnlyList<(T Key, Syntax Value)> entries, Action<StringBuilder, T> write)
    {
        text.Append(open);
        for (var i = 0; i < entries.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            write(text, entries[i].Key);
            text.Append(": ");
            Write(text, entries[i].Value);
        }

        text.Append('}');
    }

    /// <summary>With a point or an exponent always: 5.0 is another type than 5.</summary>
    private static string Number(double value)
    {
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
    }

    private static string Selector(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]) && name is not ("in" or "true" or "false" or "null")
            ? name
            : $"`{name}`";

    private static void Quote(StringBuilder text, string value) => text.Append('"').Append(value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');

    private static void Quote(StringBuilder text, byte[] value)
    {
        text.Append("b\"");
        foreach (var octet in value)
        {
            if (octet is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\')
                text.Append((char)octet);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
        }

        text.Append('"');
    }
}
