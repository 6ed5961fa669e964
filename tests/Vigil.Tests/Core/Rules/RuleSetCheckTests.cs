using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Tests.Core.Rules;

public class RuleSetCheckTests
{
    private static readonly FeatureSet Features = FeatureSets.Load("default");

    [Fact]
    public void One_mistake_does_not_hide_another()
    {
        var check = RuleSetCheck.Run(
            """
            { "name": "test",
              "rules": [
                { "name": "a", "rule": "revue when amount > 1" },
                { "name": "b", "rule": "review when amonut > 1", "says": "{amonut} is much" },
                { "name": "Good", "rule": "review when amount > 1" },
                { "name": "c", "rule": "review when amount > 1", "state": "shadwo" },
                { "name": "d", "rule": "review when amount > 1" } ] }
            """, Features);

        check.Program.ShouldBeNull();
        check.Problems.Select(p => (p.Line, p.Rule)).ShouldBe([(3, "a"), (4, "b"), (4, "b"), (5, null), (6, "c")]);
        check.Problems[0].Message.ShouldContain("review");
        check.Problems[1].Message.ShouldContain("did you mean");
        check.Problems[1].Column.ShouldBe("    { \"name\": \"b\", \"rule\": \"review when ".Length + 1);
    }

    [Fact]
    public void A_good_set_comes_with_its_rules_compiled()
    {
        var check = RuleSetCheck.Run(RuleSets.Guide, Features, "7");

        check.Problems.ShouldBeEmpty();
        check.Program!.RuleSet.Version.ShouldBe("7");
        check.Program.RuleSet.Rules.Count.ShouldBe(3);
    }

    [Fact]
    public void What_is_no_JSON_is_one_mistake_with_a_place()
    {
        var problem = RuleSetCheck.Run("{ \"name\": \"x\",\n  \"rules\": [ }", Features).Problems.ShouldHaveSingleItem();

        problem.Line.ShouldBe(2);
        problem.Message.ShouldContain("not JSON");
    }
}
