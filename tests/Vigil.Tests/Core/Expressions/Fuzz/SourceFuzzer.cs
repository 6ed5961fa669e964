using System.Text;
using Vigil.Tests.Core.Expressions.Oracle;

namespace Vigil.Tests.Core.Expressions.Fuzz;

/// <summary>Hostile sources for the compiler: every kind of thing that is no rule, and some that nearly are.</summary>
internal sealed class SourceFuzzer(Random random)
{
    private static readonly string[] Pieces =
    [
        "amount", "location", "score", "usual_amount", "attributes", ".", ".x", "timestamp", ".getHours()", ".contains(", "count(", "sum(amount, ",
        "account_id", ", ", "'7d'", "\"a\"", "1", "2.5", "1e9", "0x", "0xFFu", "7u", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "%", "<", ">=",
        "==", "!=", "&&", "||", "!", "?", ":", " in ", "true", "false", "null", "has(", "number(", "coalesce(", "is_missing(", "'", "\"\"\"", "'''", "\\", "é",
        "\ud800", "\udc00", "\n", "\r", "\t", "//", "b'", "r'", "rb\"", "x", ".all(x, ", ".exists(x, ", ".exists_one(", ".map(x, ", ".filter(x, ", ".matches('",
        "matches(", "size(", "type(", "dyn(", "int(", "uint(", "double(", "string(", "bytes(", "duration('1h')", "timestamp('2026-01-01T00:00:00Z')",
        "list('blocked')", "list(", "`a-b`", "`", "@", "$", "#", "\0", "\u2028", "\uFEFF", "&", "|", "=", "~", "^", ";", "if", "package", "in", "as", "google.protobuf.Timestamp",
        "9223372036854775808", "-9223372036854775808", "18446744073709551616u", "1e999", "1e-999", ".5", "5.", "1..2", "0.0/0.0", "__proto__", "\ud83d\udc31",
    ];

    private static readonly string[] Openers =
        ["(", "[", "{1:", "!", "-", "- ", "! ", "size(", "true ? ", "true ? true : ", "[1].all(x, ", "[1].map(x, ", "{'a':1}.exists(x, ", "1 + ", "1 - (", "dyn(", "'a'.contains(", "a.", "[0][", "coalesce(amount, ", "true && ", "false || ", "1 == ", "has(attributes.", "count(ip, '7d', "];

    private static readonly string[] Patterns =
    [
        "(a+)+$", "(a|a)*b", "(a*)*", "(.*a){20}", "a{1000}", "a{1,1001}", "a{1000}{1000}", "(((a{100}){100}){100})", "[", "[^", "(", ")", "a**", "(?<x>a)\\1", "(?=a)b", "(?!a)", "(?<=a)",
        "\\p{L}", "\\pN", "[[:alpha:]]", "\\Qa.b\\E", "(?i)a", "(?P<n>a)", "\\x{10FFFF}", "\\x{110000}", "\\u0041", "\\C", "\\z", "\\Z", "\\G", "(?#c)", "(?>a)", "a++", "\\1", "[a-\\d]", "[z-a]",
        "(?s).", "(?m)^a$", "(?U)a+", "\\", "{", "a{", "a{,2}", "a{2,1}", "|", "(|)", "()", "^*", "$*", "\\b*", "(?i", "(?:", "[\\", "[a-", "\\pZZ", "\\p{Greek}", "\\p{Nope}", "\uD83D\uDC31+", "[^\\S\\s]", "(?i)ſ", ".{0,500}.{0,500}.{0,500}",
    ];

    public string Next() => random.Next(12) switch
    {
        0 => Bytes(),
        1 or 2 or 3 => Soup(),
        4 or 5 or 6 => Mutated(),
        7 => Deep(),
        8 => Huge(),
        9 => Chain(),
        10 => Regex(),
        _ => Generated(),
    };

    private string Bytes()
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? Encoding.UTF8.GetString(bytes) : new string([.. bytes.Select(b => (char)(b << 8 | b))]);
    }

    private string Soup() => string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => Pick(Pieces)));

    private string Generated() =>
        OraclePrinter.Print(new ExpressionGenerator(random, vigil: true, mistakes: 10).Of(ExpressionType.Bool, random.Next(1, 6)), random);

    private string Mutated()
    {
        var text = new StringBuilder(Generated());
        for (var i = random.Next(1, 5); i > 0 && text.Length > 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 9), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Pick(Pieces));
                    break;
                case 2:
                    text[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 65_536);
                    break;
                case 3:
                    text.Insert(at, text.ToString(random.Next(text.Length), 1));
                    break;
                default:
                    (text[at], text[^1]) = (text[^1], text[at]);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>One or two openers again and again, closed or left open.</summary>
    private string Deep()
    {
        string[] open = [Pick(Openers), Pick(Openers)];
        var depth = random.Next(4) == 0 ? random.Next(2_000) : random.Next(120);
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
            text.Append(open[i % 2]);
        text.Append(Pick(["true", "1", "amount", "'a'", "", "x"]));
        if (random.Next(4) != 0)
        {
            for (var i = depth - 1; i >= 0; i--)
            {
                var closes = open[i % 2];
                text.Append(closes switch
                {
                    _ when closes.StartsWith('{') && !closes.Contains('(', StringComparison.Ordinal) => "}",
                    _ when closes.Contains('(', StringComparison.Ordinal) => ")",
                    _ when closes.Contains('[', StringComparison.Ordinal) => "]",
                    "true ? " => " : false",
                    _ => "",
                });
            }
        }

        return text.ToString();
    }

    private string Huge()
    {
        var n = random.Next(20) == 0 ? 200_000 : random.Next(1, 9_900);
        return random.Next(8) switch
        {
            0 => new string('9', n),
            1 => "0." + new string('0', n) + "1 < amount",
            2 => $"location == '{new string('é', n)}'",
            3 => $"location == \"{new string('\\', n)}\"",
            4 => new string('a', n) + " == 1",
            5 => $"1e{new string('9', n)} > amount",
            6 => $"location in [{string.Join(", ", Enumerable.Range(0, n / 12).Select(i => $"'v{i}'"))}]",
            _ => new string(Pick(["\n", " ", "\t", "//", "/", "\u00a0"])[0], n) + "true",
        };
    }

    private string Chain()
    {
        var op = Pick([" + ", " - ", " && ", " || ", " == ", " < ", "*", " in ", ".x", "[0]", ", ", " ? ", " : ", "+'a'", ".map(x, [x, x])", ".filter(x, true)"]);
        var start = Pick(["1", "amount", "true", "'a'", "[1]", "attributes", "location", "{'a': 1}"]);
        var n = random.Next(4) == 0 ? random.Next(3_000) : random.Next(80);
        return start + string.Concat(Enumerable.Repeat(op[0] is '.' or '[' or '+' ? op : op + start, n));
    }

    private string Regex()
    {
        var pattern = random.Next(3) == 0 ? Pick(Patterns) + Pick(Patterns) : Pick(Patterns);
        if (random.Next(10) == 0)
            pattern = string.Concat(Enumerable.Repeat(pattern, random.Next(300)));
        return $"{Pick(["location", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'", "attributes.note"])}.matches({(random.Next(2) == 0 ? "r" : "")}{(random.Next(2) == 0 ? $"'{pattern}'" : $"\"{pattern}\"")})";
    }

    private string Pick(string[] items) => items[random.Next(items.Length)];
}
