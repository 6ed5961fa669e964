using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>A parser of CEL's grammar, apart from the product's: splits by regular expressions, descends by level.</summary>
internal sealed partial class OracleParser
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["<", "<=", ">=", ">", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly HashSet<string> Macros = new(StringComparer.Ordinal) { "all", "exists", "exists_one", "map", "filter" };

    private readonly List<string> _tokens = [];
    private int _next;

    private OracleParser(string source)
    {
        var at = 0;
        while (at < source.Length)
        {
            var match = Token().Match(source, at);
            if (!match.Success || match.Index != at || match.Length == 0)
                throw new FormatException($"no token at {at} of {source}");
            at += match.Length;
            if (!match.Groups["space"].Success)
                _tokens.Add(match.Value);
        }

        _tokens.Add("");
    }

    public static OracleNode Parse(string source)
    {
        var parser = new OracleParser(source);
        var node = parser.Expression();
        return parser.Peek == "" ? node : throw new FormatException($"found {parser.Peek} in {source}");
    }

    private string Peek => _tokens[_next];

    private bool Take(string token)
    {
        if (Peek != token)
            return false;
        _next++;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
            throw new FormatException($"found {Peek}, expected {token}");
    }

    private OracleNode Expression()
    {
        var test = Level(0);
        if (!Take("?"))
            return test;
        var then = Level(0);
        Expect(":");
        return new OracleNode.Conditional(test, then, Expression());
    }

    private OracleNode Level(int level)
    {
        if (level == Levels.Length)
            return Signed();
        var left = Level(level + 1);
        while (Levels[level].Contains(Peek))
            left = new OracleNode.Binary(_tokens[_next++], left, Level(level + 1));
        return left;
    }

    private OracleNode Signed()
    {
        var sign = Peek;
        if (sign is not ("-" or "!"))
            return Members();
        if (sign == "-" && char.IsAsciiDigit(_tokens[_next + 1].FirstOrDefault(' ')) is var digit
            && (digit || Dotted().IsMatch(_tokens[_next + 1])))
        {
            _next++;
            _tokens[_next] = "-" + Peek;
            return Members();
        }

        _next++;
        return new OracleNode.Unary(sign, Peek == sign ? Signed() : Members());
    }

    private OracleNode Members()
    {
        var node = Primary();
        while (true)
        {
            if (Take("["))
            {
                node = new OracleNode.Index(node, Expression());
                Expect("]");
            }
            else if (Take("."))
            {
                var name = _tokens[_next++];
                node = Take("(") ? Method(node, name) : new OracleNode.Select(node, name.Trim('`'));
            }
            else
            {
                return node;
            }
        }
    }

    private OracleNode Method(OracleNode target, string name)
    {
        var items = Items(")");
        return Macros.Contains(name) && items.Count >= 2 && items[0] is OracleNode.Name variable
            ? new OracleNode.Macro(target, name, variable.Text, items.Count == 3 ? items[1] : null, items[^1])
            : new OracleNode.Call(target, name, items);
    }

    private OracleNode Primary()
    {
        var token = _tokens[_next++];
        switch (token)
        {
            case "(":
                var inner = Expression();
                Expect(")");
                return inner;
            case "[":
                return new OracleNode.List(Items("]"));
            case "{":
                return new OracleNode.Map(Items("}"));
            case "true" or "false":
                return new OracleNode.Literal(token == "true");
            case "null":
                return new OracleNode.Literal(OracleNull.Value);
            case ".":
                return new OracleNode.Name("." + _tokens[_next++]);
        }

        if (Identifier().IsMatch(token))
            return Take("(") ? Function(token) : new OracleNode.Name(token);
        if (token.AsSpan().ContainsAny("'\""))
            return new OracleNode.Literal(Quoted(token));
        return new OracleNode.Literal(Number(token));
    }

    private OracleNode Function(string name)
    {
        var items = Items(")");
        return name == "has" ? new OracleNode.Has(items.Single()) : new OracleNode.Call(null, name, items);
    }

    /// <summary>Of a map the keys and values in turn.</summary>
    private List<OracleNode> Items(string close)
    {
        var items = new List<OracleNode>();
        while (!Take(close))
        {
            items.Add(Expression());
            if (close == "}")
            {
                Expect(":");
                items.Add(Expression());
            }

            if (Peek != close)
                Expect(",");
        }

        return items;
    }

    private static object Number(string token)
    {
        var unsigned = token[^1] is 'u' or 'U';
        var digits = unsigned ? token[..^1] : token;
        if (digits.Contains("0x", StringComparison.Ordinal))
        {
            var value = ulong.Parse(digits.AsSpan(digits.IndexOf('x', StringComparison.Ordinal) + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return unsigned ? value : digits[0] == '-' ? -(long)value : (object)(long)value;
        }

        if (unsigned)
            return ulong.Parse(digits, CultureInfo.InvariantCulture);
        return digits.AsSpan().IndexOfAny(".eE") >= 0 ? double.Parse(digits, CultureInfo.InvariantCulture) : (object)long.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static object Quoted(string token)
    {
        var prefix = token[..token.AsSpan().IndexOfAny("'\"")].ToLowerInvariant();
        var body = token[prefix.Length..];
        var width = body.Length >= 6 && (body.StartsWith("\"\"\"", StringComparison.Ordinal) || body.StartsWith("'''", StringComparison.Ordinal)) ? 3 : 1;
        body = body[width..^width];
        var bytes = prefix.Contains('b', StringComparison.Ordinal);
        var result = new List<byte>();
        var at = 0;
        foreach (Match escape in prefix.Contains('r', StringComparison.Ordinal) ? [] : Escape().Matches(body).AsEnumerable())
        {
            result.AddRange(Encoding.UTF8.GetBytes(body[at..escape.Index]));
            at = escape.Index + escape.Length;
            var code = Code(escape.Value);
            result.AddRange(bytes && escape.Value[1] is 'x' or 'X' or (>= '0' and <= '3') ? [(byte)code] : Encoding.UTF8.GetBytes(new Rune(code).ToString()));
        }

        result.AddRange(Encoding.UTF8.GetBytes(body[at..]));
        return bytes ? result.ToArray() : Encoding.UTF8.GetString([.. result]);
    }

    private static int Code(string escape) => escape[1] switch
    {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        'x' or 'X' or 'u' or 'U' => Convert.ToInt32(escape[2..], 16),
        >= '0' and <= '3' => Convert.ToInt32(escape[1..], 8),
        var c => c,
    };

    [GeneratedRegex("""
        (?<space>[\t\n\f\r ]+|//[^\n]*)
        |[rRbB]{0,2}(""\"(?s:.)*?(?<!\\)(\\\\)*""\"|'''(?s:.)*?(?<!\\)(\\\\)*''')
        |([rR][bB]?|[bB][rR])("[^"\r\n]*"|'[^'\r\n]*')
        |[bB]?("(\\.|[^"\\\r\n])*"|'(\\.|[^'\\\r\n])*')
        |0x[0-9a-fA-F]+[uU]?
        |([0-9]*\.[0-9]+([eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?)
        |`[^`]+`
        |[_a-zA-Z][_a-zA-Z0-9]*
        |\|\||&&|<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}]
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex(@"^\.[0-9]")]
    private static partial Regex Dotted();

    [GeneratedRegex(@"^[_a-zA-Z][_a-zA-Z0-9]*\z")]
    private static partial Regex Identifier();

    [GeneratedRegex("""\\([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)""")]
    private static partial Regex Escape();
}
