using System.Diagnostics;
using System.Globalization;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Rules;

/// <summary>Rule sets as large, odd and contradictory as they are allowed to be, and what is beyond.</summary>
public sealed class RuleAttackTests
{
    private static readonly FeatureSet Features = FeatureSetJson.Parse(
        """{"name": "tiny", "version": 1, "features": [{"name": "pace", "value": "count(account_id, '1h')"}]}""");

    private static string Json(params IEnumerable<string> rules) => $$"""{"name": "attack", "rules": [{{string.Join(",\n", rules)}}]}""";

    private static Decision Decide(string json, string payment)
    {
        var engine = new DecisionEngine(Features, RuleSetJson.Parse(json, "1"));
        engine.AddColdWindows();
        var decision = engine.NewDecision();
        engine.Decide(Payment.Decode(payment), 1, decision);
        return decision;
    }

    [Fact]
    public void A_set_of_1024_rules_decides_with_each_of_them()
    {
        var decision = Decide(
            Json(Enumerable.Range(0, RuleSet.MaxRules).Select(i => $$"""{"name": "r{{i}}", "rule": "{{(i % 3 == 0 ? "tag('t')" : "review")}} when amount >= {{i}}"}""")),
            Payment.Json(amount: "700"));
        decision.Matched.Count.ShouldBe(701);
        for (var i = 0; i < RuleSet.MaxRules; i++)
            decision.Matched[i].ShouldBe(i <= 700);
        decision.RuleResults.Length.ShouldBe(3 * 1024 / 8);
        decision.Outcome.ShouldBe(Outcome.Review);
    }

    [Fact]
    public void One_rule_more_is_refused_with_its_place()
    {
        var json = Json(Enumerable.Range(0, RuleSet.MaxRules + 1).Select(i => $$"""{"name": "r{{i}}", "rule": "review when true"}"""));
        var problem = Should.Throw<RuleSetException>(() => RuleSetJson.Parse(json, "1"));
        problem.Line.ShouldBe(RuleSet.MaxRules + 1);
        problem.Message.ShouldContain("1,024");
    }

    [Theory]
    [InlineData("Ümlaut")]
    [InlineData("_x")]
    [InlineData("1x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("x\u200b")]
    [InlineData("аpple")]
    [InlineData("A")]
    public void A_name_that_could_be_taken_for_another_is_refused(string name)
    {
        var json = Json($$"""{"name": {{System.Text.Json.JsonSerializer.Serialize(name)}}, "rule": "review when true"}""");
        Should.Throw<RuleSetException>(() => RuleSetJson.Parse(json, "1")).Line.ShouldBe(1);
    }

    [Fact]
    public void Unicode_goes_through_a_rule_its_reason_and_its_tag_whole()
    {
        var decision = Decide(
            Json("""{"name": "r", "rule": "review when location == '\ud83d\udc31 Zürich' && location.size() == 8", "says": "in {location} \ud83d\udc31"}"""),
            Payment.Json(more: "\"location\": \"🐱 Zürich\""));
        System.Text.Encoding.UTF8.GetString(decision.Reason).ShouldBe("in 🐱 Zürich 🐱");
    }

    [Fact]
    public void A_percentage_grows_without_letting_anybody_go_and_differs_from_rule_to_rule()
    {
        double[] shares = [0, 1e-6, 0.5, 10, 33.3, 50, 99.999999, 100];
        var json = Json(shares.Select((s, i) =>
            string.Create(CultureInfo.InvariantCulture, $$"""{"name": "same", "rule": "review when true", "percent": {{s}}}""").Replace("same", $"r{i}", StringComparison.Ordinal)));
        _ = RuleSetJson.Parse(json, "1");
        var before = new HashSet<int>();
        foreach (var share in shares)
        {
            var set = RuleSetJson.Parse(Json(string.Create(CultureInfo.InvariantCulture, $$"""{"name": "r", "rule": "review when true", "percent": {{share}}}""")), "1");
            var inside = Enumerable.Range(0, 5_000).Where(i => RuleJudge.IsInShare(set.Rules[0], Payment.Of(account: $"A{i}"))).ToHashSet();
            before.IsSubsetOf(inside).ShouldBeTrue();
            (inside.Count / 5_000.0).ShouldBe(share / 100, 0.025);
            before = inside;
        }

        before.Count.ShouldBe(5_000);
        var (one, two) = (new Rule("one", RuleAction.Review, "true") { Percent = 50 }, new Rule("two", RuleAction.Review, "true") { Percent = 50 });
        Enumerable.Range(0, 5_000).Count(i => RuleJudge.IsInShare(one, Payment.Of(account: $"A{i}")) && RuleJudge.IsInShare(two, Payment.Of(account: $"A{i}")))
            .ShouldBeInRange(1_100, 1_400);
    }

    [Theory]
    [InlineData("2026-03-01T11:59:59.999999Z", true)]
    [InlineData("2026-03-01T12:00:00Z", false)]
    [InlineData("2026-03-01T12:00:00.000001Z", false)]
    public void A_rule_ends_with_the_microsecond_of_its_expiry(string time, bool expected) =>
        Decide(Json("""{"name": "r", "rule": "review when true", "expires": "2026-03-01T12:00:00Z"}"""), Payment.Json(time: time))
            .Matched[0].ShouldBe(expected);

    /// <summary>The written rule of conflicts, worked out rule by rule.</summary>
    [Fact]
    public void Conflicts_end_as_the_written_rule_says()
    {
        var random = new Random(17);
        for (var round = 0; round < 40; round++)
        {
            var made = Enumerable.Range(0, random.Next(1, 14)).Select(i => NextRule(random, i)).ToList();
            int? review = random.Next(3) == 0 ? null : random.Next(1, 60);
            var points = review is null ? "" : $"\"points\": {{\"review\": {review}, \"block\": {review + 20}}},";
            var set = RuleSetJson.Parse($$"""{"name": "s", {{points}} "rules": [{{string.Join(", ", made.Select(m => m.Json))}}]}""", "1");
            var engine = new DecisionEngine(Features, set);
            var decision = engine.NewDecision();
            for (var i = 0; i < 20; i++)
            {
                var amount = random.Next(100);
                engine.Decide(Payment.Of($"t{i}", amount: amount.ToString(CultureInfo.InvariantCulture), more: random.Next(3) == 0 ? "" : "\"ip\": \"1.2.3.4\""), i + 1, decision);
                var effective = made.Where((m, at) => decision.Matched[at]).ToList();
                for (var at = 0; at < made.Count; at++)
                {
                    (decision.Matched[at] || decision.Shadowed[at]).ShouldBe(made[at].State != "draft" && amount >= made[at].From);
                    decision.Matched[at].ShouldBe(made[at].State == "active" && amount >= made[at].From);
                }

                var sum = effective.Sum(m => m.Points);
                var scored = review is null ? Outcome.Allow : sum >= review + 20 ? Outcome.Block : sum >= review ? Outcome.Review : Outcome.Allow;
                var asked = effective.Select(m => m.Outcome).Append(Outcome.Allow).Max();
                var overriding = effective.Where(m => m.Override).ToList();
                decision.Outcome.ShouldBe(overriding.Count > 0 ? overriding.Max(m => m.Outcome) : asked > scored ? asked : scored, set.Content);
            }
        }
    }

    private static (string Json, int From, string State, Outcome Outcome, bool Override, int Points) NextRule(Random random, int i)
    {
        var kind = random.Next(5);
        var from = random.Next(110);
        var state = random.Next(4) switch { 0 => "shadow", 1 when random.Next(2) == 0 => "draft", _ => "active" };
        var points = kind == 4 ? random.Next(1, 40) * (random.Next(4) == 0 ? -1 : 1) : 0;
        var overrides = kind < 3 && random.Next(4) == 0;
        var action = kind switch { 0 => "allow", 1 => "review", 2 => "block", 3 => "tag('x')", _ => $"score({points})" };
        var outcome = kind switch { 1 => Outcome.Review, 2 => Outcome.Block, _ => Outcome.Allow };
        return (
            $$"""{"name": "r{{i}}", "rule": "{{action}} when amount >= {{from}}", "state": "{{state}}", "override": {{(overrides ? "true" : "false")}}, "priority": {{random.Next(-3, 4)}}}""",
            from, state, outcome, overrides, points);
    }

    /// <summary>Each step doubles what the one before it made: thirty would fill the memory, a hundred never end.</summary>
    [Theory]
    [InlineData("['aaaaaaaa']…[0].size() > 1", ".map(x, x + x)")]
    [InlineData("[[1]]…[0].size() > 1", ".map(x, x + x)")]
    [InlineData("[[1]]… == [[1]]…", ".map(x, [x, x])")]
    [InlineData("[[1]]… in [[[1]]…]", ".map(x, [x, x])")]
    [InlineData("[{'a': 1}]… == [{'a': 1}]…", ".map(x, {'a': x, 'b': x})")]
    [InlineData("[b'aa']…[0].size() > 1", ".map(x, x + x)")]
    [InlineData("[attributes.a]… == []", ".map(x, x + x)")]
    [InlineData("[1]…[0].size() > 1", ".map(x, dyn([x, x])).map(y, y + y)")]
    [InlineData("['a']…[0] == location", ".map(x, true ? x + x : x)")]
    [InlineData("['a']…[0] == location", ".map(x, string(x + x))")]
    [InlineData("[['a']]…[0][0] == location", ".map(x, x.map(y, y + y))")]
    [InlineData("[['a', 'b']]…[0].exists(z, z == location)", ".map(x, x.filter(y, true) + x)")]
    [InlineData("['a']…[0].matches('a+b')", ".map(x, x + x)")]
    [InlineData("[{'k': 'a'}]…[0].k == location", ".map(x, {'k': x.k + x['k']})")]
    public void What_would_grow_without_end_is_refused_for_its_cost_at_once(string rule, string step)
    {
        var watch = Stopwatch.StartNew();
        Should.Throw<RuleSetException>(() => Compile(rule, step, 40)).Message.ShouldContain("cost");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    /// <summary>A rule may cost what it may cost: what is accepted never takes long or holds much.</summary>
    [Theory]
    [InlineData("['aaaaaaaa']…[0].size() > 1", ".map(x, x + x)")]
    [InlineData("[[1]]…[0].size() > 1", ".map(x, x + x)")]
    [InlineData("[[1]]… == [[1]]…", ".map(x, [x, x])")]
    [InlineData("[[1, 2]]…[0].exists(z, z == 77)", ".map(x, x.map(y, y + y) + x)")]
    public void The_dearest_rule_that_is_accepted_is_done_in_milliseconds(string rule, string step)
    {
        var steps = 40;
        while (!IsAccepted(rule, step, steps))
            steps--;
        steps.ShouldBeGreaterThan(1);
        var engine = new DecisionEngine(Features, Compile(rule, step, steps).RuleSet);
        var decision = engine.NewDecision();
        engine.Decide(Payment.Of(), 1, decision);
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        engine.Decide(Payment.Of("t2"), 2, decision);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    private static bool IsAccepted(string rule, string step, int steps)
    {
        try
        {
            _ = Compile(rule, step, steps);
            return true;
        }
        catch (RuleSetException)
        {
            return false;
        }
    }

    private static RuleProgram Compile(string rule, string step, int steps) => RuleProgram.Compile(
        TestRules.Of("review when " + rule.Replace("…", string.Concat(Enumerable.Repeat(step, steps)), StringComparison.Ordinal)), Features);
}
