using Vigil.Core.Rules;
using Vigil.Detection.Embedded;
using Vigil.Detection.Rules;
using Vigil.Storage.Rules;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Tests.Detection.Rules;

/// <summary>What blocks more than its share is put into shadow, by a version that anybody can see.</summary>
public sealed class CircuitBreakerTests
{
    internal const string Blocks = """{ "name": "all", "rule": "block when amount >= 100", "breaker": { "share": 0.5, "window": "10m", "least": 20 } }""";

    private static byte[] Payment(int number, double amount = 200) => TestStore.Json(
        $"t{number}", $"A{number % 7}", Timestamp.FromDateTime(DateTime.UtcNow), amount.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task A_rule_over_its_share_is_in_shadow_from_the_very_next_batch_on_and_the_audit_trail_says_why()
    {
        await using var test = new LoopFixture(new LoopOptions { MaxBatch = 1 }, rules: [Blocks]);
        for (var i = 1; i <= 25; i++)
            (await test.SubmitAsync(Payment(i))).Kind.ShouldBe(SubmissionKind.Decided);

        test.Loop.Setup.Rules.Version.ShouldBe("2");
        test.Loop.Setup.Rules.Rules[0].State.ShouldBe(RuleState.Shadow);
        var inForce = test.Store.Rules.InForce()!;
        (inForce.Set.Version, inForce.Set.Author, inForce.Set.State).ShouldBe((2, "circuit breaker", RuleSetState.Published));
        inForce.Publication.Reason.ShouldBe("rule all blocked 20 of 20 decisions within 10m, more than its share of 50.00 %: put into shadow");
        using var rows = test.Store.ReadAll();
        for (var i = 1; i <= 25; i++)
        {
            rows.Read().ShouldBeTrue();
            var results = new RuleResults(rows.RuleResults);
            (results.Matched[0], results.Shadowed[0]).ShouldBe((i <= 20, i > 20), $"decision {i}");
            test.Store.Engines()[rows.Provenance.EngineId].RulesVersion.ShouldBe(i <= 20 ? "1" : "2");
        }
    }

    [Fact]
    public async Task A_version_that_others_published_meanwhile_is_kept_and_loses_only_what_tripped()
    {
        await using var test = new LoopFixture(new LoopOptions { MaxBatch = 1 }, rules: [Blocks]);
        var other = TestRules.Json("", Blocks, """{ "name": "theirs", "rule": "review when amount >= 1" }""");
        test.Store.Rules.Publish(new NewRuleSet("test", other.Content, other.Hash, ""), RuleApproval.None, "an analyst", 1);
        for (var i = 1; i <= 21; i++)
            await test.SubmitAsync(Payment(i));

        test.Loop.Setup.Rules.Version.ShouldBe("1", "the watch has not looked yet");
        (await test.Watch.LookAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        test.Loop.Setup.Rules.Version.ShouldBe("3");
        test.Loop.Setup.Rules.Rules.Select(r => (r.Name, r.State)).ShouldBe([("all", RuleState.Shadow), ("theirs", RuleState.Active)]);
    }

    [Fact]
    public void It_forgets_what_is_older_than_its_window_and_does_not_trip_at_its_share_or_below_its_least()
    {
        var rules = TestRules.Json("1", Blocks);
        var breaker = new CircuitBreaker();
        Add(20, 10, 0);
        breaker.TryTrip(rules, 0, out _).ShouldBeFalse("half is its share");
        Add(0, 10, 11 * 60 * Timestamp.Second);
        breaker.TryTrip(rules, 11 * 60 * Timestamp.Second, out _).ShouldBeFalse("only ten decisions are left");
        Add(10, 1, 12 * 60 * Timestamp.Second);
        breaker.TryTrip(rules, 12 * 60 * Timestamp.Second, out var trip).ShouldBeTrue();
        (trip.Subject, trip.Blocks, trip.Decisions).ShouldBe(("all", 11, 20));
        breaker.TryTrip(rules, 12 * 60 * Timestamp.Second, out _).ShouldBeFalse("it counts from zero again");

        void Add(int decisions, int blocks, long now)
        {
            var tally = new RuleTally(1);
            for (var i = 0; i < Math.Max(decisions, blocks); i++)
                tally.Add(Decided(i < blocks));
            breaker.Add(rules, tally, now);
        }
    }

    private static Vigil.Core.Decisions.Decision Decided(bool blocks)
    {
        var decision = new Vigil.Core.Decisions.Decision(1) { Outcome = blocks ? Vigil.Core.Decisions.Outcome.Block : Vigil.Core.Decisions.Outcome.Allow };
        decision.HoldRules(1);
        if (blocks)
            decision.AddMatched(0);
        return decision;
    }
}
