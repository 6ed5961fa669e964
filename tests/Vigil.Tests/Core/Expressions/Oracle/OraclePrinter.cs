using System.Globalization;
using System.Text;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>Writes a tree as source, with the brackets that the grammar needs and, given a random, some that it does not.</summary>
internal sealed class OraclePrinter(Random? random)
{
    private const int Unary = 7;
    private const int Member = 8;

    public static string Print(OracleNode node, Random? random = null) => new OraclePrinter(random).At(node, 0);

    private string At(OracleNode node, int least)
    {
        var (text, level) = Write(node);
        return level < least || random?.Next(25) == 0 ? $"({Space()}{text}{Space()})" : text;
    }

    private string Space() => random?.Next(30) switch { 0 => " ", 1 => "\n", 2 => "\t ", 3 => " // a comment\n ", _ => "" };

    private (string Text, int Level) Write(OracleNode node) => node switch
    {
        OracleNode.Literal l => Literal(l.Value),
        OracleNode.Name n => (n.Text, Member),
        OracleNode.Aggregate a => (a.Source, Member),
        OracleNode.Select s => ($"{At(s.Target, Member)}.{s.Field}", Member),
        OracleNode.Has h => ($"has({At(h.Operand, Member)})", Member),
        OracleNode.Index i => ($"{At(i.Target, Member)}[{Space()}{At(i.Key, 0)}]", Member),
        OracleNode.List l => ($"[{Items(l.Items)}]", Member),
        OracleNode.Map m => ($"{{{string.Join(", ", m.Entries.Chunk(2).Select(e => $"{At(e[0], 0)}:{Space()}{At(e[1], 0)}"))}}}", Member),
        OracleNode.Call { Target: null } c => ($"{c.Function}({Items(c.Arguments)})", Member),
        OracleNode.Call c => ($"{At(c.Target!, Member)}.{c.Function}({Items(c.Arguments)})", Member),
        OracleNode.Macro m => ($"{At(m.Target, Member)}.{m.Kind}({m.Variable}, {(m.Filter is null ? "" : At(m.Filter, 0) + ", ")}{At(m.Body, 0)})", Member),
        // Signs repeat only with their like: !-x and -!x need brackets.
        // Written without brackets it would be a negative literal.
        OracleNode.Unary { Operator: "-", Operand: OracleNode.Literal { Value: long or double } l } => ($"-({Literal(l.Value).Text})", Unary),
        OracleNode.Unary u => ($"{u.Operator}{At(u.Operand, u.Operand is OracleNode.Unary inner && inner.Operator == u.Operator ? Unary : Member)}", Unary),
        OracleNode.Binary b => Infix(b),
        OracleNode.Conditional c => ($"{At(c.Test, 2)}{Space()} ? {At(c.Then, 2)} : {Space()}{At(c.Else, 1)}", 1),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private (string Text, int Level) Infix(OracleNode.Binary b)
    {
        var level = b.Operator switch { "||" => 2, "&&" => 3, "+" or "-" => 5, "*" or "/" or "%" => 6, _ => 4 };
        var gap = b.Operator == "in" || random?.Next(4) != 0 ? " " : "";
        return ($"{At(b.Left, level)}{gap}{Space()}{b.Operator}{gap}{Space()}{At(b.Right, level + 1)}", level);
    }

    private string Items(IReadOnlyList<OracleNode> items) => string.Join(", ", items.Select(i => Space() + At(i, 0)));

    private (string Text, int Level) Literal(object value) => value switch
    {
        OracleNull => ("null", Member),
        bool b => (b ? "true" : "false", Member),
        // A negative number before a dot or bracket would be the negative of the whole.
        long i => (i >= 0 && random?.Next(10) == 0 ? $"0x{i:x}" : i.ToString(CultureInfo.InvariantCulture), i < 0 ? Unary : Member),
        ulong u => ((random?.Next(10) == 0 ? $"0x{u:X}" : u.ToString(CultureInfo.InvariantCulture)) + "u", Member),
        double d => (Double(d), d < 0 || double.IsNegative(d) ? Unary : Member),
        string s => (Text(s), Member),
        byte[] b => ("b\"" + string.Concat(b.Select(x => $"\\x{x:x2}")) + "\"", Member),
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    private static string Double(double d)
    {
        var text = d.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny(".eE") >= 0 ? text : text + ".0";
    }

    private string Text(string s)
    {
        var quote = random?.Next(2) == 0 ? '\'' : '"';
        if (random?.Next(6) == 0 && !s.AsSpan().ContainsAny("\\'\"\n\r"))
            return $"r{quote}{s}{quote}";
        var text = new StringBuilder().Append(quote);
        foreach (var rune in s.EnumerateRunes())
        {
            text.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ when rune.Value == quote => "\\" + quote,
                < 32 => $"\\x{rune.Value:x2}",
                > 126 when random?.Next(3) == 0 => $"\\U{rune.Value:x8}",
                _ => rune.ToString(),
            });
        }

        return text.Append(quote).ToString();
    }
}
