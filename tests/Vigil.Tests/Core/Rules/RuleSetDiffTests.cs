using Vigil.Core.Rules;

namespace Vigil.Tests.Core.Rules;

public class RuleSetDiffTests
{
    private static readonly RuleSet Before = TestRules.Json(
        "1",
        """{ "name": "large", "rule": "review when amount >= 5000" }""",
        """{ "name": "old", "rule": "block when amount > 1", "state": "shadow" }""",
        """{ "name": "kept", "rule": "allow when amount < 1" }""");

    [Fact]
    public void Rules_are_compared_by_their_names()
    {
        var diff = RuleSetDiff.Of(Before, TestRules.Json(
            "2",
            """{ "name": "large", "rule": "block when amount >= 6000", "percent": 10 }""",
            """{ "name": "kept", "rule": "allow when amount < 1" }""",
            """{ "name": "new", "rule": "tag('x') when amount > 3" }"""));

        diff.Rules.Select(r => (r.Name, r.Kind)).ShouldBe(
            [("large", RuleDiffKind.Changed), ("new", RuleDiffKind.Added), ("old", RuleDiffKind.Removed)]);
        diff.Rules[0].Changes.ShouldBe(
        [
            new ValueChange("rule", "review when amount >= 5000", "block when amount >= 6000"),
            new ValueChange("percent", "100", "10"),
            new ValueChange("breaker", "none", "5% of 1h, at least 200"),
        ]);
        diff.Reordered.ShouldBeFalse();
    }

    [Fact]
    public void A_set_is_the_same_as_itself() => RuleSetDiff.Of(Before, Before).IsEmpty.ShouldBeTrue();

    [Fact]
    public void Another_order_is_told()
    {
        var turned = TestRules.Json(
            "2",
            """{ "name": "kept", "rule": "allow when amount < 1" }""",
            """{ "name": "large", "rule": "review when amount >= 5000" }""",
            """{ "name": "old", "rule": "block when amount > 1", "state": "shadow" }""");

        var diff = RuleSetDiff.Of(Before, turned);

        diff.Rules.ShouldBeEmpty();
        diff.Reordered.ShouldBeTrue();
        diff.IsEmpty.ShouldBeFalse();
    }
}
