using Vigil.Core.Rules;
using Vigil.Tests.Core.Features;

namespace Vigil.Tests.Core.Rules;

/// <summary>Rule sets as people write them, and what they are told where something is wrong.</summary>
public sealed class RuleSetJsonTests
{
    private const string Full = """
        { // comments are allowed
          "name": "mine", "description": "d",
          "model": { "state": "shadow", "block_share": 0.01, "window": "30m", "least": 50 },
          "points": { "review": 40, "block": 80 },
          "rules": [
            { "name": "a", "rule": "block when amount >= 5", "says": "{amount}", "description": "x", "owner": "me", "state": "shadow", "percent": 12.5,
              "by": "device_id", "expires": "2027-01-01T00:00:00Z", "override": true, "priority": -3, "breaker": { "share": 0.2, "window": "2h", "least": 7 } },
            { "name": "b", "rule": " tag( 'odd' )  when\n amount < 1 " },
            { "name": "c", "rule": "score(-15) when true" },
          ],
        }
        """;

    [Fact]
    public void All_that_can_be_said_is_read_and_writing_it_gives_an_equal_set()
    {
        var set = RuleSetJson.Parse(Full, "7");
        (set.Version, set.Name, set.Description, set.Content).ShouldBe(("7", "mine", "d", Full));
        set.Model.ShouldBe(new ModelPolicy(RuleState.Shadow, new Breaker(0.01, 1_800_000_000, 50)));
        set.Points.ShouldBe(new PointThresholds(40, 80));
        set.Rules[0].ShouldBe(new Rule("a", RuleAction.Block, "amount >= 5")
        {
            Says = "{amount}",
            Description = "x",
            Owner = "me",
            State = RuleState.Shadow,
            Percent = 12.5,
            By = Vigil.Core.Transactions.Field.DeviceId,
            Expires = 1_798_761_600_000_000,
            Override = true,
            Priority = -3,
            Breaker = new Breaker(0.2, 7_200_000_000, 7),
        });
        set.Rules[1].ShouldBe(new Rule("b", RuleAction.Tag, "amount < 1") { Tag = "odd" });
        (set.Rules[2].Points, set.Rules[2].Says, set.Rules[2].Breaker).ShouldBe((-15, "c", null));

        var again = RuleSetJson.Parse(RuleSetJson.Write(set), "8");
        again.Rules.ShouldBe(set.Rules);
        (again.Model, again.Points, again.Hash).ShouldBe((set.Model, set.Points, set.Hash));
        set.InShadow("9", "b").Rules[1].State.ShouldBe(RuleState.Shadow);
        set.InShadow("9", "b").Hash.ShouldNotBe(set.Hash);
    }

    [Theory]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "revew when true" } ] }""", 1, 51, "found \"revew\", expected an action: allow, review, block, tag(\"name\") or score(+10); did you mean \"review\"?")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "review whn true" } ] }""", 1, 58, "found \"whn\", expected when, as in: review when amount > 1000; did you mean \"when\"?")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "review when" } ] }""", 1, 62, "found the end of the rule, expected a condition such as amount > 1000")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "score(0) when true" } ] }""", 1, 57, "found \"0\", expected a whole number of points from -100 to 100 other than 0, as in score(+10)")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "tag(\"Bad\") when true" } ] }""", 1, 55, "\"Bad\" is no tag: a lower-case letter, then up to 63 lower-case letters, digits and underscores")]
    [InlineData("{ \"name\": \"x\",\n  \"rule\": [] }", 2, 3, "a rule set has no \"rule\"; it has name, description, model, points, rules; did you mean \"rules\"?")]
    [InlineData("{ \"name\": \"x\",\n  \"rules\": [ { \"name\": \"a\", \"rule\": \"allow when true\" },\n { \"name\": \"a\", \"rule\": \"allow when true\" } ] }", 3, 12, "there are two rules \"a\"")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "allow when true", "state": "shado" } ] }""", 1, 78, "found \"shado\", expected \"draft\" or \"shadow\" or \"active\"; did you mean \"shadow\"?")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "allow when true", "percent": 101 } ] }""", 1, 80, "found 101, expected a number from 0 to 100 for \"percent\"")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "tag('b') when true", "override": true } ] }""", 1, 84, "a rule that can override allows, reviews or blocks; this one is tag(\"b\")")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "review when true", "breaker": {} } ] }""", 1, 81, "only a rule that blocks has a breaker; this one is review")]
    [InlineData("""{ "name": "x", "points": { "review": 50, "block": 40 }, "rules": [] }""", 1, 51, "points block from 40 on, which is below the 50 they are reviewed from")]
    [InlineData("""{ "name": "x", "rules": [ { "name": "a", "rule": "allow when true", "expires": "soon" } ] }""", 1, 80, "found \"soon\", expected a time such as \"2027-01-01T00:00:00Z\"")]
    public void What_is_wrong_is_said_with_its_place_what_was_found_and_what_was_expected(string json, int line, int column, string problem)
    {
        var e = Should.Throw<RuleSetException>(() => RuleSetJson.Parse(json, ""));
        (e.Line, e.Column).ShouldBe((line, column), e.Message);
        e.Message.ShouldEndWith(problem);
        e.Message.ShouldStartWith($"line {line}, column {column}");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{", 1)]
    [InlineData("{ \"name\": \"x\",\n \"rules\": [ } ] }", 2)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[", 1)]
    [InlineData("{ \"name\": \"\\ud800\", \"rules\": [] }", 1)]
    public void What_is_no_json_is_refused_with_its_line(string json, int line) =>
        Should.Throw<RuleSetException>(() => RuleSetJson.Parse(json, "")).Line.ShouldBe(line);

    [Fact]
    public void An_error_in_a_predicate_or_a_text_is_placed_in_the_file_whatever_was_escaped_before_it()
    {
        var set = Engines.Set(["amount"]);
        var predicate = RuleSetJson.Parse("{ \"name\": \"x\",\n \"rules\": [ { \"name\": \"a\", \"rule\": \"tag(\\\"t\\\") when location == \\\"\\u00fc\\\" && amont > 1\" } ] }", "");
        var e = Should.Throw<RuleSetException>(() => RuleProgram.Compile(predicate, set));
        (e.Line, e.Rule).ShouldBe((2, "a"));
        predicate.Content.Split('\n')[1][(e.Column - 1)..].ShouldStartWith("amont");

        var says = RuleSetJson.Parse("""{ "name": "x", "rules": [ { "name": "a", "rule": "allow when true", "says": "\"{amont}\"" } ] }""", "");
        e = Should.Throw<RuleSetException>(() => RuleProgram.Compile(says, set));
        says.Content[(e.Column - 1)..].ShouldStartWith("amont");
        e.Message.ShouldContain("what rule \"a\" says");
    }
}
