using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Expressions;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("100 / 10 / 5", 2)]
    [InlineData("7 % 4 * 2", 6)]
    [InlineData("-2 * -3", 6)]
    [InlineData("- - 2", 2)]
    [InlineData("-known", -3)]
    [InlineData("2 - -3", 5)]
    [InlineData("1 < 2 ? 10 : 20", 10)]
    [InlineData("1 > 2 ? 10 : 2 > 1 ? 20 : 30", 20)]
    [InlineData("1 + 1 > 1 ? 5 : 6", 5)]
    [InlineData("true || false && false", 1)]
    [InlineData("(true || false) && false", 0)]
    [InlineData("!false && false", 0)]
    [InlineData("1 < 2 == true", 1)]
    [InlineData("1.5e2 + .5 + 1e-1", 150.6)]
    [InlineData("amount", 250.5)]
    [InlineData("known * 2", 6)]
    [InlineData("amount > 100", 1)]
    [InlineData("count(account_id, '7d') + 1", 8)]
    [InlineData("log(1) + sqrt(16) + abs(-3)", 7)]
    [InlineData("least(3, 2) + greatest(3, 2)", 5)]
    [InlineData("timestamp.getHours() * 100 + timestamp.getMinutes()", 1345)]
    [InlineData("timestamp.getDayOfWeek()", 0)]
    [InlineData("number(attributes.items) + number(attributes.score_text) + number(attributes.gift) + number(attributes.plain)", 4.5)]
    [InlineData("number('12.5')", 12.5)]
    [InlineData("1 // the rest is a comment\n + 2 // and this", 3)]
    public void An_expression_has_the_value_that_precedence_gives_it(string source, double expected) =>
        Evaluate.Number(source).ShouldBe(expected, 1e-12);

    [Theory]
    [InlineData("missing + 1")]
    [InlineData("-missing")]
    [InlineData("missing * 0")]
    [InlineData("missing % 2")]
    [InlineData("1 / 0")]
    [InlineData("0 / 0")]
    [InlineData("1 % 0")]
    [InlineData("log(-1)")]
    [InlineData("sqrt(-1)")]
    [InlineData("least(missing, 1)")]
    [InlineData("greatest(1, missing)")]
    [InlineData("coalesce(missing, missing)")]
    [InlineData("true ? missing : 1")]
    [InlineData("number(attributes.absent)")]
    [InlineData("number(location)")]
    [InlineData("number(device_id)")]
    public void Arithmetic_with_something_missing_is_missing(string source) => double.IsNaN(Evaluate.Number(source)).ShouldBeTrue();

    [Theory]
    [InlineData("missing < 1")]
    [InlineData("missing >= 1")]
    [InlineData("missing == missing")]
    [InlineData("missing != 1")]
    [InlineData("missing != missing")]
    [InlineData("device_id == 'x'")]
    [InlineData("device_id != 'x'")]
    [InlineData("device_id == ip")]
    [InlineData("device_id in ['x', 'y']")]
    [InlineData("location in [device_id]")]
    [InlineData("device_id.startsWith('x')")]
    [InlineData("location.startsWith(device_id)")]
    [InlineData("location.endsWith(device_id)")]
    [InlineData("location.contains(device_id)")]
    [InlineData("attributes.absent == 'x'")]
    [InlineData("has(device_id)")]
    [InlineData("has(attributes.absent)")]
    public void A_comparison_with_something_missing_is_false(string source) => Evaluate.Condition(source).ShouldBeFalse();

    [Theory]
    [InlineData("coalesce(missing, 5) == 5")]
    [InlineData("coalesce(known, 5) == 3")]
    [InlineData("is_missing(missing) && !is_missing(known)")]
    [InlineData("has(location) && has(attributes.items) && has(attributes.gift) && has(attributes.plain)")]
    [InlineData("location == 'Zürich' && location != 'Bern'")]
    [InlineData("'Zürich' == location")]
    [InlineData("location == \"Z\\u00fcrich\"")]
    [InlineData("merchant_category in ['Books', 'Gambling']")]
    [InlineData("!(merchant_category in [])")]
    [InlineData("account_id.startsWith('a-') && account_id.endsWith('17') && account_id.contains('-')")]
    [InlineData("!account_id.startsWith('A')")]
    [InlineData("attributes.items == 3 && attributes.gift && !attributes.plain && attributes.score_text == '0.5'")]
    [InlineData("amount == 250.5 && amount != 250")]
    [InlineData("score >= 0.75")]
    [InlineData("true ? amount > 1 : false")]
    public void A_condition_holds(string source) => Evaluate.Condition(source).ShouldBeTrue();

    [Fact]
    public void The_hour_and_the_day_are_those_of_UTC()
    {
        var t = Payment.Of(time: "2026-03-07T00:30:00+02:00");
        Evaluate.Number("timestamp.getHours()", t).ShouldBe(22);
        Evaluate.Number("timestamp.getDayOfWeek()", t).ShouldBe(5, "it is still Friday");
        Evaluate.Number("timestamp.getDayOfWeek()", Payment.Of(time: "1970-01-01T00:00:00Z")).ShouldBe(4, "a Thursday");
    }

    [Fact]
    public void An_aggregate_says_entity_window_share_and_filter()
    {
        var a = Evaluate.Aggregates("winsor_mean(amount, [account_id, merchant_id], '7d delayed 12h', 0.1, amount>5 && location==\"x\")").ShouldHaveSingleItem();
        a.Entity.ToString().ShouldBe("[account_id, merchant_id]");
        a.Window.ToString().ShouldBe("7d delayed 12h");
        a.Share.ShouldBe(0.1);
        a.Filter.ShouldBe("((amount > 5) && (location == \"x\"))");
        Evaluate.Aggregates("count(account_id, '24h') + count(account_id, '1d')").Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("a+b*c", "a + ( b * c )")]
    [InlineData("'x' == location", "\"x\"   ==\n location")]
    [InlineData("((amount))>1.50", "amount > 1.5")]
    [InlineData("amount > 1 // why\n", "amount > 1")]
    [InlineData("a ? b : (c ? d : e)", "a ? b : c ? d : e")]
    [InlineData("1e3", "1000.0")]
    [InlineData("0x1F", "31")]
    [InlineData("5U", "5u")]
    [InlineData("r'a\\.b'", "'a\\\\.b'")]
    [InlineData("{'a' : 1,}", "{\"a\": 1}")]
    [InlineData("[1, 2,]", "[1, 2]")]
    [InlineData("a . b [ 0 ]", "a.b[0]")]
    [InlineData("'a\\u0062'", "'ab'")]
    [InlineData("f ( a , [ b ] )", "f(a,[b])")]
    public void Spelling_does_not_change_the_canonical_form(string one, string other) =>
        Evaluate.Canonical(one).ShouldBe(Evaluate.Canonical(other));

    [Theory]
    [InlineData("(a + b) * c", "a + b * c")]
    [InlineData("a - (b - c)", "a - b - c")]
    [InlineData("(a ? b : c) ? d : e", "a ? b : c ? d : e")]
    [InlineData("'1'", "1")]
    [InlineData("'a'", "a")]
    [InlineData("'true'", "true")]
    [InlineData("'A'", "'a'")]
    [InlineData("'a, b'", "'a', 'b'")]
    [InlineData("f(a, b)", "f(a), b")]
    [InlineData("'\\\"'", "'\\\\\\\"'")]
    [InlineData("a.b", "a.b()")]
    [InlineData("1", "1.0000000000000002")]
    [InlineData("1", "1.0")]
    [InlineData("1", "1u")]
    [InlineData("'a'", "b'a'")]
    [InlineData(".a", "a")]
    [InlineData("a[b]", "a.b")]
    [InlineData("!a && b", "!(a && b)")]
    [InlineData("-a * b", "-(a * b)")]
    public void Another_meaning_has_another_canonical_form(string one, string other) =>
        Evaluate.Canonical($"f([{one}])").ShouldNotBe(Evaluate.Canonical($"f([{other}])"));

    [Fact]
    public void The_canonical_form_is_its_own_canonical_form()
    {
        foreach (var source in new[] { "a + -b * (c - -1) / 2", "x in ['a\\\\', \"b\\\"'\"] ? !y : f(z, attributes.q)", "-1 - -1 == - 1", "'a\\nb' == c.contains('\\t')" })
            Evaluate.Canonical(Evaluate.Canonical(source)).ShouldBe(Evaluate.Canonical(source));
    }
}
