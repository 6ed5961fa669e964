using System.Globalization;
using System.Text;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>Random constants, the edges of their types more often than chance would.</summary>
internal sealed class LiteralGenerator(Random random)
{
    private static readonly long[] Ints = [0, 1, -1, 2, 3, 7, 10, 100, 5000, long.MaxValue, long.MinValue, long.MaxValue - 1, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1, int.MaxValue];
    private static readonly ulong[] UInts = [0, 1, 2, 3, 7, 100, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, (1UL << 53) + 1, ulong.MaxValue - 1];
    private static readonly double[] Doubles = [0, -0.0, 1, -1, 0.5, 2.5, 3, 0.1, 1e10, 1e-7, 1e308, 9007199254740993, 9223372036854775808.0, 9223372036854774784.0, -9223372036854775808.0, 18446744073709551616.0, 4.9e-324, 250.5];
    private static readonly string[] Texts = ["", "a", "b", "A", "ab", "abc", "Bern", "Zürich", "EUR", "x1", "1", "true", "12.5", "🐱", "a🐱b", "\uFFFD", "ￆ", "é", "e\u0301", "a\nb", "it's", "say \"x\"", "back\\slash", "\u0001", "ſ", "K", "ı", "0x1", "t", "10.0.0.1"];
    private static readonly string[] Times = ["2026-03-01T13:45:10Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z", "2000-02-29T23:59:59.999999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2023-12-25T00:00:00-07:00", "2026-03-01T13:45:10.25+05:30", "1900-01-01T12:00:00.000001Z", "2001-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "yesterday", "2026-03-01"];
    private static readonly string[] Spans = ["0", "1s", "-1s", "1h30m", "-1.5h", "100ms", "1us", "-1ns", "24h", "2400h", "1.000000001s", "2562047h", "-2562047h", ".5s", "1.s", "1d", "", "s", "1h1h", "+3s", "- 1s"];
    private static readonly string[] NumberTexts = ["0", "1", "-1", "42", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "1.5", "-0.0", "1e3", "abc", "", " 1", "1 ", "1_000", "0x10", "1e", "--1", "१"];
    private static readonly string[] Atoms = ["a", "b", "e", "é", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ".", "[a-c]", "[^a-c]", "[\\d.]", "🐱", "1", "\\.", "[A-Z]", "[^\\s]", "K", "s", "ü", "Z", "x", "\\b", "\\B"];

    public object Of(ExpressionType type) => type.Name switch
    {
        "bool" => random.Next(2) == 0,
        "int" => random.Next(2) == 0 ? random.Next(-10, 11) : Pick(Ints),
        "uint" => random.Next(2) == 0 ? (ulong)random.Next(11) : Pick(UInts),
        "double" => random.Next(2) == 0 ? random.Next(-40, 41) / 4.0 : Pick(Doubles),
        "string" => Pick(Texts),
        "bytes" => random.Next(2) == 0 ? Encoding.UTF8.GetBytes(Pick(Texts)) : [.. Enumerable.Range(0, random.Next(4)).Select(_ => (byte)random.Next(256))],
        _ => OracleNull.Value,
    };

    public string Time() => random.Next(2) == 0 ? Pick(Times)
        : new OracleTime(((Int128)random.NextInt64(-62_135_596_800, 253_402_300_800) * 1_000_000_000) + Pick([0, 1, 500_000_000, 999_999_999])).ToString();

    public string Span() => random.Next(2) == 0 ? Pick(Spans)
        : random.Next(-100_000, 100_000).ToString(CultureInfo.InvariantCulture) + Pick(["s", "m", "ms", "us", "ns", "h"]);

    public string NumberText() => Pick(NumberTexts);

    /// <summary>A few keys of a map, now and then the same twice.</summary>
    public IEnumerable<OracleNode> Keys(ExpressionType type)
    {
        var keys = Enumerable.Range(0, random.Next(4)).Select(_ => Of(type));
        if (type == ExpressionType.Text)
            keys = Enumerable.Range(0, random.Next(3)).Select(i => (object)(random.Next(8) == 0 ? "a" : "ab"[i % 2].ToString()));
        return [.. keys.DistinctBy(k => random.Next(8) == 0 ? random.Next() : k).Select(k => new OracleNode.Literal(k))];
    }

    public string Pattern()
    {
        var pattern = new StringBuilder(random.Next(5) == 0 ? "^" : random.Next(8) == 0 ? "(?i)" : "");
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            pattern.Append(random.Next(5) switch
            {
                0 => $"({Pick(Atoms)}|{Pick(Atoms)}{Pick(Atoms)})",
                1 => $"(?:{Pick(Atoms)}{Pick(Atoms)})",
                _ => Pick(Atoms),
            });
            if (pattern[^1] is not ('b' or 'B') && random.Next(3) == 0)
                pattern.Append(Pick(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"]));
        }

        return pattern.Append(random.Next(5) == 0 ? "$" : "").ToString();
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
