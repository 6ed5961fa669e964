using System.Diagnostics;
using Vigil.Core.Expressions;
using Vigil.Core.Rules.Lists;

namespace Vigil.Tests.Core.Expressions;

/// <summary>What expressions cost: known before they run, and no memory where it matters.</summary>
public sealed class CostTests
{
    [Fact]
    public void A_macro_costs_its_body_for_each_item_of_its_range()
    {
        var one = Cost("[1].exists(x, x > amount)");
        Cost("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(x, x > amount)").ShouldBeInRange(5 * one, 10 * one);
        Cost("attributes.list.exists(x, x > amount)").ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void What_costs_too_much_is_refused_with_cost_and_limit()
    {
        var problem = Evaluate.Problem("attributes.a.exists(x, attributes.a.exists(y, x == y))");
        problem.Message.ShouldMatch("the expression can cost [0-9,]+ units, at most 100,000 are allowed");
        Evaluate.Problem("[1,2,3,4,5,6,7,8,9].all(a, " + string.Concat(Enumerable.Repeat("[1,2,3,4,5,6,7,8,9].all(b, ", 8)) + "true" + new string(')', 9))
            .Message.ShouldContain("units");
    }

    [Theory]
    [InlineData("amount > 100 && known < 5 || missing > 2")]
    [InlineData("known / amount > 0.5 ? known > 1 : missing > 2")]
    [InlineData("merchant_category == 'Gambling' && location != 'Bern'")]
    [InlineData("location in ['Bern', 'Basel', 'Zürich'] || location.startsWith('Z') || location.contains('ri') || location.endsWith('x')")]
    [InlineData("count(ip, '1h') > 5 && amount > 2 * count(account_id, '7d')")]
    [InlineData("ip in list('blocked') || location in list('blocked') || amount in list('blocked')")]
    [InlineData("attributes.items > 2 && attributes.gift && attributes.score_text == '0.5' && attributes.absent == 'x'")]
    [InlineData("has(device_id) || is_missing(attributes.absent) || coalesce(missing, known) > 5")]
    [InlineData("timestamp.getHours() < 6 || timestamp.getDayOfWeek() == 0 || timestamp.getHours('Europe/Zurich') == 3")]
    [InlineData("timestamp > timestamp('2026-01-01T00:00:00Z') && timestamp - duration('1h') < timestamp")]
    [InlineData("location.matches('^Zür(ich)?$')")]
    [InlineData("location == account_id || location < account_id || size(location) > 5")]
    [InlineData("[1, 2, 3].exists(x, known == x)")]
    [InlineData("log(amount) + sqrt(known) > least(amount, 5) && number(attributes.score_text) < 1")]
    public void A_typical_rule_allocates_nothing(string source)
    {
        var scope = new Scope
        {
            Features = new Dictionary<string, int> { ["known"] = 0, ["missing"] = 1 },
            Aggregates = _ => 0,
            Lists = _ => 0,
            BindLater = true,
        };
        var condition = ExpressionCompiler.Condition(source, scope).Evaluate;
        var row = Evaluate.RowOf(null);
        (row.Slots, row.Lists) = ([0], [new ValueList()]);
        Allocated(() => condition(row)).ShouldBe(0);
    }

    [Fact]
    public void Aggregates_are_found_where_the_row_says()
    {
        var numbers = new List<string>();
        var scope = new Scope
        {
            Features = new Dictionary<string, int>(),
            Aggregates = a => { numbers.Add(a.Window.ToString()); return numbers.Count - 1; },
            BindLater = true,
        };
        var number = ExpressionCompiler.Number("count(ip, '1h') * 100 + count(ip, '1d')", scope);
        var row = new Row(Evaluate.RowOf(null).Transaction, 3, 0) { Slots = [2, 1] };
        (row.Aggregates[1], row.Aggregates[2]) = (5, 7);
        number.Evaluate(row).ShouldBe(705);
        row.Slots = [1, 0];
        row.Aggregates[0] = 1;
        number.Evaluate(row).ShouldBe(501);
        number.Summary.Aggregates.Select(a => a.Window.ToString()).ShouldBe(["1h", "1d"]);
    }

    [Fact]
    public void A_summary_names_what_is_read()
    {
        var scope = new Scope { Features = new Dictionary<string, int> { ["known"] = 0 }, Aggregates = _ => 0, Lists = _ => 0 };
        var summary = ExpressionCompiler.Condition("known > 1 && ip in list('blocked') && attributes.vip && known < amount && has(location)", scope).Summary;
        summary.Facts.ShouldBe(["amount", "attributes.vip", "ip", "known", "location"]);
        summary.Lists.ShouldBe(["blocked"]);
        summary.Canonical.ShouldBe("(((((known > 1) && (ip in list(\"blocked\"))) && attributes.vip) && (known < amount)) && has(location))");
    }

    /// <summary>
    /// Bytes of a thousand calls, once the code is warm: .NET's own regular expressions allocate until they are optimized, which
    /// .NET puts off while other tests bring up new code.
    /// </summary>
    private static long Allocated(Action action)
    {
        var least = long.MaxValue;
        var began = Stopwatch.GetTimestamp();
        while (least > 0 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
        {
            least = Math.Min(least, Allocations.Of(() =>
            {
                for (var i = 0; i < 1_000; i++)
                    action();
            }));
        }

        return least;
    }

    private static long Cost(string source) => ExpressionCompiler.Condition(source, Evaluate.Scope()).Summary.Cost;
}
