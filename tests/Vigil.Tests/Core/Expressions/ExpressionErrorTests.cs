using Vigil.Core.Expressions;
using Vigil.Core.Expressions.Parsing;

namespace Vigil.Tests.Core.Expressions;

/// <summary>What the author of a rule or feature is told: where, what was found, what to write instead.</summary>
public sealed class ExpressionErrorTests
{
    [Theory]
    [InlineData("", "line 1, column 1: found the end of the expression, expected a value, a field, a function or '('")]
    [InlineData("amount >", "line 1, column 9: found the end of the expression, expected a value, a field, a function or '('")]
    [InlineData("amount = 5", "line 1, column 8: '=' has no meaning here; did you mean ==?")]
    [InlineData("amount > 5 & true", "line 1, column 12: '&' has no meaning here; did you mean &&?")]
    [InlineData("amount > 5 and true", "line 1, column 12: found 'and', expected an operator or the end; did you mean &&?")]
    [InlineData("(amount > 5", "line 1, column 12: found the end of the expression, expected ')'")]
    [InlineData("amount > 5)", "line 1, column 11: found ')', expected an operator or the end")]
    [InlineData("true &&\n  amont > 5", "line 2, column 3: unknown name 'amont', did you mean amount?; attributes are written attributes.amont")]
    [InlineData("basket_size > 5", "line 1, column 1: unknown name 'basket_size'; attributes are written attributes.basket_size")]
    [InlineData("cuont(account_id, '7d') > 5", "line 1, column 1: unknown function 'cuont', did you mean count?")]
    [InlineData("location == \"Bern", "line 1, column 13: the text that begins here has no closing \"")]
    [InlineData("location == 5", "line 1, column 10: found string == int, expected two values of one type; number(x) reads the number in a text, and a text stands in \"quotes\"")]
    [InlineData("5 == location", "line 1, column 3: found int == string, expected two values of one type; number(x) reads the number in a text, and a text stands in \"quotes\"")]
    [InlineData("location > 5", "line 1, column 10: found string > int, expected two values of one type; number(x) reads the number in a text, and a text stands in \"quotes\"")]
    [InlineData("amount", "line 1, column 1: found double, expected a condition that is true or false, such as amount > 100")]
    [InlineData("amount && true", "line 1, column 1: found double, expected a condition that is true or false, such as amount > 100")]
    [InlineData("location", "line 1, column 1: found string, expected a condition that is true or false, such as amount > 100")]
    [InlineData("location in 'Bern'", "line 1, column 13: found string in string, expected a list such as [\"a\", \"b\"] or a map after 'in'")]
    [InlineData("['a'] == 'a'", "line 1, column 7: found list(string) == string, expected two values of one type")]
    [InlineData("location == ''", "line 1, column 13: an empty field is a missing one, and nothing equals it; write has(…) or !has(…)")]
    [InlineData("is_fraud == 1", "line 1, column 1: is_fraud is not known when a decision is made; use fraud_count and its kin")]
    [InlineData("timestamp > 5", "line 1, column 11: found timestamp > int, expected two values of one type")]
    [InlineData("timestamp.getYear() > 5", "line 1, column 11: timestamp has no getYear; it has getDate, getDayOfMonth, getDayOfWeek, getDayOfYear, getFullYear, getHours, getMilliseconds, getMinutes, getMonth, getSeconds")]
    [InlineData("location.upper() == 'A'", "line 1, column 10: string has no upper; it has contains, endsWith, matches, size, startsWith")]
    [InlineData("merchant.name == 'A'", "line 1, column 1: unknown name 'merchant'; attributes are written attributes.merchant")]
    [InlineData("log(1, 2) > 1", "line 1, column 1: log takes 1 argument(s), found 2")]
    [InlineData("1e > 5", "line 1, column 2: the number has an exponent without digits")]
    [InlineData("amount > 1e999", "line 1, column 10: the number is too large")]
    [InlineData("location == 'a\\q'", "line 1, column 15: an unknown escape; known are \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\xXX \\uXXXX \\UXXXXXXXX \\ooo")]
    [InlineData("location == '\\ud800'", "line 1, column 14: half of a surrogate pair is no character; write \\U and eight digits")]
    [InlineData("amount > 5 @", "line 1, column 12: '@' has no meaning here")]
    [InlineData("amount. > 5", "line 1, column 9: found '>', expected a name after '.'")]
    [InlineData("amount + location > 5", "line 1, column 8: found double + string, expected two numbers, strings, bytes, lists, durations, or a timestamp and a duration; number(x) reads the number in a text")]
    [InlineData("merchent_category == 'A'", "line 1, column 1: unknown name 'merchent_category', did you mean merchant_category?; attributes are written attributes.merchent_category")]
    [InlineData("location.startWith('A')", "line 1, column 10: string has no startWith, did you mean startsWith?; it has contains, endsWith, matches, size, startsWith")]
    [InlineData("location.startsWith(5)", "line 1, column 10: found string.startsWith(int), expected string.startsWith(string)")]
    [InlineData("location.startsWith('a', 'b')", "line 1, column 10: startsWith takes 1 argument(s), found 2")]
    [InlineData("startsWith(location, 'A')", "line 1, column 1: startsWith is written string.startsWith(string)")]
    [InlineData("amount > 5 ? 'a' : 1", "line 1, column 12: found string and int, expected two values of one type")]
    [InlineData("amount.size() > 5", "line 1, column 8: found double.size(), expected string.size() or bytes.size() or list(dyn).size() or map(dyn, dyn).size()")]
    [InlineData("has(count(ip, '1h'))", "line 1, column 5: has() takes a field, a feature or an attribute: has(location), has(attributes.name)")]
    [InlineData("[1, 2].exists(amount > 1, true)", "line 1, column 22: expected a name for each item, such as x: exists(x, …)")]
    [InlineData("[1, 2].exists(x)", "line 1, column 8: exists is written list.exists(x, …) with a name for each item")]
    [InlineData("5.exists(x, x > 1)", "line 1, column 1: found int.exists, expected a list or a map before .exists")]
    [InlineData("location.matches('(')", "line 1, column 18: the pattern has a ( without )")]
    [InlineData("location.matches('(?=a)')", "line 1, column 18: look-around takes more than linear time and is no part of RE2")]
    [InlineData("location.matches('(a)\\\\1')", "line 1, column 18: a reference back takes more than linear time and is no part of RE2")]
    [InlineData("location.matches(channel)", "line 1, column 18: found a pattern that is not known before, expected a literal such as \"^a+$\"")]
    [InlineData("timestamp > timestamp('2026')", "line 1, column 13: found timestamp(\"2026\"), but the text is no RFC 3339 timestamp in the range of years 1 to 9999")]
    [InlineData("timestamp.getHours('Zurich') > 5", "line 1, column 20: found \"Zurich\", expected a time zone such as \"Europe/Zurich\" or \"+02:00\"")]
    [InlineData("ip in list('blocked')", "line 1, column 7: lists may not be used here, only in rules")]
    [InlineData("Msg{a: 1} == 5", "line 1, column 1: found Msg{…}, but message types are not known here; write a map with \"keys\"")]
    [InlineData("if > 5", "line 1, column 1: 'if' is a reserved word and cannot be a name")]
    [InlineData("attributes.in > 5", "line 1, column 12: 'in' is a word of the language and cannot be a name; write [\"in\"]")]
    [InlineData("9223372036854775808 > 5", "line 1, column 1: the number is too large for an int; write a decimal point for a double, or u for a uint")]
    [InlineData("[1, 2 > 5", "line 1, column 10: found the end of the expression, expected ',' or ']'")]
    [InlineData("{'a' 1}.size() > 5", "line 1, column 6: found '1', expected ':'")]
    [InlineData("{1.5: 1}.size() > 5", "line 1, column 2: found double, expected a key: a string, int, uint or bool")]
    [InlineData("12ab > 5", "line 1, column 3: 'a' does not belong to the number before it")]
    [InlineData("location == b'\\u0041'", "line 1, column 15: \\u and \\U stand for characters of a text; in bytes write \\x and two digits")]
    [InlineData("count() > 5", "line 1, column 1: count lacks an argument: an entity such as account_id")]
    [InlineData("count(account_id) > 5", "line 1, column 1: count lacks an argument: a window such as \"7d\"")]
    [InlineData("count(amount, '7d') > 5", "line 1, column 7: expected one of account_id, currency, merchant_category, merchant_id, location, country, card_id, device_id, ip, email, channel")]
    [InlineData("sum(account_id, '7d') > 5", "line 1, column 5: sum is taken of amount: sum(amount, account_id, \"7d\")")]
    [InlineData("count(account_id, 7) > 5", "line 1, column 19: expected a window such as \"7d\"")]
    [InlineData("count(account_id, '7w') > 5", "line 1, column 19: \"7w\" is no window; write one such as \"30m\", \"24h\", \"7d\" or \"7d delayed 7d\"")]
    [InlineData("count(account_id, '91d') > 5", "line 1, column 19: the window \"91d\" is not between 1 minute and 90 days")]
    [InlineData("count(account_id, '59s') > 5", "line 1, column 19: the window \"59s\" is not between 1 minute and 90 days")]
    [InlineData("count(account_id, '7d delayed 91d') > 5", "line 1, column 19: the delay \"91d\" is longer than 90 days")]
    [InlineData("count(account_id, '99999999999d') > 5", "line 1, column 19: \"99999999999d\" is no window; write one such as \"30m\", \"24h\", \"7d\" or \"7d delayed 7d\"")]
    [InlineData("fraud_streak(account_id, '7d delayed 7d') > 5", "line 1, column 26: fraud_streak takes no delayed window: it looks at known labels only")]
    [InlineData("count([account_id], '7d') > 5", "line 1, column 7: a pair of entities has two fields: [account_id, merchant_id]")]
    [InlineData("count([ip, ip], '7d') > 5", "line 1, column 7: a pair of entities has two different fields")]
    [InlineData("quantile(amount, ip, '7d', 1.5) > 5", "line 1, column 28: expected a number between 0 and 1")]
    [InlineData("winsor_mean(amount, ip, '7d', 0.6) > 5", "line 1, column 31: expected a number between 0 and 0.5")]
    [InlineData("count(ip, '7d', amount > 5, 3) > 5", "line 1, column 29: count has an argument too many")]
    [InlineData("count(ip, '7d', amount) > 5", "line 1, column 17: found double, expected a condition that is true or false, such as amount > 100")]
    [InlineData("count(ip, '7d', known > 5) > 5", "line 1, column 17: unknown name 'known'; attributes are written attributes.known")]
    [InlineData("count(ip, '7d', count(ip, '7d') > 5) > 5", "line 1, column 17: a filter can look at the past transaction's own fields only, not at aggregates")]
    public void A_mistake_is_told_with_its_place_and_what_to_do(string source, string message)
    {
        var problem = Evaluate.Problem(source);
        problem.Message.ShouldBe(message);
        message.ShouldStartWith($"line {problem.Line}, column {problem.Column}: ");
    }

    [Theory]
    [InlineData("amount {amount", "line 1, column 8: the { that begins here has no closing }")]
    [InlineData("amount {amont} of {location}", "line 1, column 9: unknown name 'amont', did you mean amount?; attributes are written attributes.amont")]
    [InlineData("first\nsecond {  1 + }", "line 2, column 15: found the end of the expression, expected a value, a field, a function or '('")]
    public void The_place_of_a_mistake_in_a_text_is_its_place_in_the_whole_text(string text, string message) =>
        Should.Throw<ExpressionException>(() => new Template(text, Evaluate.Scope())).Message.ShouldBe(message);

    [Fact]
    public void Length_depth_and_number_of_operators_are_limited()
    {
        string Wrap(string open, string inner, string close, int times) => string.Concat(Enumerable.Repeat(open, times)) + inner + string.Concat(Enumerable.Repeat(close, times));
        Evaluate.Condition(Wrap("(", "true", ")", 99)).ShouldBeTrue();
        Evaluate.Problem(Wrap("(", "true", ")", 100)).Message.ShouldContain("nested deeper than 100 levels");
        Evaluate.Problem(Wrap("!", "true", "", 200)).Message.ShouldContain("nested deeper than 100 levels");
        Evaluate.Problem(Wrap("[", "1", "]", 200)).Message.ShouldContain("nested deeper than 100 levels");
        Evaluate.Problem(Wrap("true ? ", "true", " : true", 200)).Message.ShouldContain("nested deeper than 100 levels");
        Evaluate.Number(Wrap("1 + ", "1", "", 500)).ShouldBe(501);
        Evaluate.Problem(Wrap("1 + ", "1", "", 501)).Message.ShouldContain("more than 500 operators");
        Evaluate.Problem("attributes" + string.Concat(Enumerable.Repeat(".x", 200))).Message.ShouldContain("more than 100 members in a row");
        Evaluate.Problem(new string(' ', 10_001)).Message.ShouldContain("longer than 10,000 characters");
    }

    /// <summary>Each doubled the work of the one inside it.</summary>
    [Fact]
    public void Deep_conditions_and_chains_of_comparisons_compile_at_once()
    {
        Evaluate.Number(string.Concat(Enumerable.Range(0, 60).Select(i => $"amount > {1000 + i} ? {i} : ")) + "77").ShouldBe(77);
        Evaluate.Condition(string.Concat(Enumerable.Repeat("true == ", 90)) + "true").ShouldBeTrue();
        Evaluate.Condition(string.Concat(Enumerable.Repeat("amount > 1 ? ", 90)) + "true" + string.Concat(Enumerable.Repeat(" : false", 90))).ShouldBeTrue();
    }

    /// <summary>A rule that overflows the stack would end the process; a server's threads have 1.5 MB.</summary>
    [Fact]
    public void The_deepest_tree_that_parses_compiles_on_a_small_stack()
    {
        var source = "1";
        for (var i = 0; i < Parser.MaxDepth - 1; i++)
            source = $"({source}{(i < 50 ? "+1+1+1+1+1*1*1*1*1*1" : "")})";
        var value = 0.0;
        var thread = new Thread(() => value = Evaluate.Canonical(source).Length * Evaluate.Number(source), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        value.ShouldBeGreaterThan(source.Length);
    }

    [Fact]
    public void No_soup_of_tokens_brings_the_compiler_down()
    {
        string[] pieces =
        [
            "amount", "location", "known", "missing", "score", "attributes", ".", ".x", "timestamp", ".getHours()", ".contains(", "count(",
            "sum(amount, ", "account_id", ", ", "'7d'", "\"a\"", "1", "2.5", "1e9", "(", ")", "[", "]", "+", "-", "*", "/", "%", "<", ">=",
            "==", "!=", "&&", "||", "!", "?", ":", " in ", "true", "false", "has(", "number(", "coalesce(", "'", "\\", "é", "\ud800", "\n", "//", "{", "}",
        ];
        var random = new Random(20260302);
        int compiled = 0, refused = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var source = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                _ = ExpressionCompiler.Number(source, Evaluate.Scope());
                Evaluate.Canonical(Evaluate.Canonical(source)).ShouldBe(Evaluate.Canonical(source));
                compiled++;
            }
            catch (ExpressionException e)
            {
                e.Line.ShouldBeGreaterThan(0);
                e.Column.ShouldBeInRange(1, source.Length + 1);
                refused++;
            }
        }

        compiled.ShouldBeGreaterThan(500);
        refused.ShouldBeGreaterThan(10_000);
    }
}
