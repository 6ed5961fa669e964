using System.Globalization;
using System.Text;
using Vigil.Core.Rules;
using Vigil.Tests.Core.Expressions.Fuzz;

namespace Vigil.Tests.Core.Rules;

/// <summary>
/// Whatever a rule set's text says, it is a set or a reason with its place; a set that was read is written and read again
/// as the same. VIGIL_FUZZ sets how many are tried (20,000), VIGIL_SEED with which the next run begins.
/// </summary>
public sealed class RuleSetFuzzTests
{
    private static readonly int Sources = Setting("VIGIL_FUZZ", 20_000);
    private static readonly int Seed = Setting("VIGIL_SEED", 20260303);

    private static readonly string[] Seeds =
    [
        RuleSets.Guide,
        """{"name": "a", "rules": [{"name": "r", "rule": "block when amount > 1", "percent": 12.5, "by": "card_id", "expires": "2027-01-01T00:00:00Z", "override": true, "priority": -3, "breaker": {"share": 0.02, "window": "1h", "least": 200}}]}""",
        """{"name": "ü", "description": "x", "model": {"state": "shadow", "block_share": 0.05, "window": "1h", "least": 200}, "points": {"review": 50, "block": 90}, "rules": [{"name": "s", "rule": "score(+15) when has(ip)"}, {"name": "t", "rule": "tag(\"night\") when timestamp.getHours() < 5", "state": "draft"}, {"name": "al", "rule": "allow when account_id in list('trusted')", "state": "shadow", "says": "{amount} by {account_id}", "owner": "o", "description": "d"},]} // the end""",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-0", "0.1", "\\u0000", "\\ud800", "\\u00e9", "//", "/*", "*/", "\n", "\"name\":", "\"rules\":[]",
        "\"rule\": \"allow when true\"", "review when ", "score(+101) when true", "score(-0) when 1", "tag('a b')", "tag(", "block", "when", "\"percent\": 101", "\"percent\": -1e-9",
        "\"by\": \"transaction_id\"", "\"expires\": \"1969-01-01T00:00:00Z\"", "\"override\": 1", "\"priority\": 1.5", "99999999999999999999", "\uFEFF", "é", "🐱", "\0", "[[[[[[[[", "{\"a\":",
    ];

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public void No_text_brings_the_reader_down_and_every_refusal_says_where_and_why()
    {
        int read = 0, refused = 0;
        for (var i = 0; i < Sources; i++)
        {
            var random = new Random(Seed + i);
            var source = Next(random);
            try
            {
                var set = RuleSetJson.Parse(source, "1");
                var again = RuleSetJson.Parse(RuleSetJson.Write(set), "1");
                again.Hash.ShouldBe(set.Hash, $"VIGIL_SEED={Seed + i}: {source}");
                again.Rules.ShouldBe(set.Rules, $"VIGIL_SEED={Seed + i}: {source}");
                read++;
            }
            catch (RuleSetException e)
            {
                refused++;
                Check(source, e).ShouldBe("", $"VIGIL_SEED={Seed + i}: {source}");
            }
            catch (Exception e) when (e is not (ShouldAssertException or OutOfMemoryException))
            {
                Assert.Fail($"VIGIL_SEED={Seed + i}: {source}\n{e}");
            }
        }

        read.ShouldBeGreaterThan(Sources / 100);
        refused.ShouldBeGreaterThan(Sources / 3);
    }

    private static string Check(string source, RuleSetException e)
    {
        if (e.Message.Length == 0)
            return "a refusal without a reason";
        var line = source.Split('\n').ElementAtOrDefault(e.Line - 1);
        return line is null || e.Column < 1 || e.Column > line.Length + 1 ? $"line {e.Line}, column {e.Column} is outside: {e.Message}" : "";
    }

    private static string Next(Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                var bytes = new byte[random.Next(100)];
                random.NextBytes(bytes);
                return Encoding.UTF8.GetString(bytes);
            case 1:
                return string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            case 2:
                var depth = random.Next(3_000);
                return string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "[" : "{\"rules\":", depth)) + "1";
            case 3:
                var rule = new SourceFuzzer(random).Next();
                return $$"""{"name": "f", "rules": [{"name": "r", "rule": {{System.Text.Json.JsonSerializer.Serialize("review when " + rule)}}}]}""";
        }

        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 65_536);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(20), text.Length - at)));
                    break;
                default:
                    text.Insert(at, (char)random.Next(32, 127));
                    break;
            }
        }

        return text.ToString();
    }
}
