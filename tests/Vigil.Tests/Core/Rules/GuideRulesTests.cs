using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Rules;
using Vigil.Tests.Core.Features;

namespace Vigil.Tests.Core.Rules;

/// <summary>The deployment guide's three rules, on both sides of each edge.</summary>
public sealed class GuideRulesTests
{
    private static Engines Engine() => new(Engines.Set(["amount"]), TestRules.Guide);

    private static string Reason(Engines e) => Encoding.UTF8.GetString(e.Decision.Reason);

    private static string At(string location, string category = "Gambling") => $"\"merchant_category\": \"{category}\", \"location\": \"{location}\"";

    [Fact]
    public void They_are_three_and_each_asks_for_review()
    {
        TestRules.Guide.Rules.Select(r => r.Name).ShouldBe(["high_amount", "gambling_away", "far_above_average"]);
        TestRules.Guide.Rules.ShouldAllBe(r => r.Action == RuleAction.Review);
    }

    [Fact]
    public void An_amount_of_5000_is_high_and_a_cent_less_is_not()
    {
        var e = Engine();
        e.Decide(0, 4_999.99);
        (e.Decision.Rules, Reason(e)).ShouldBe((0UL, ""));
        e.Decide(0, 5_000);
        (e.Decision.Outcome, e.Decision.Rules, Reason(e)).ShouldBe((Outcome.Review, 1UL, "amount 5,000 is at or above 5,000"));
    }

    [Fact]
    public void Five_times_the_average_counts_after_more_than_five_payments()
    {
        var e = Engine();
        for (var i = 0; i < 5; i++)
            e.Decide(i, 100);
        e.Decide(5, 100);
        e.Decide(6, 499.99);
        e.Decision.Rules.ShouldBe(0UL, "a cent less than five times");
        e = Engine();
        for (var i = 0; i < 5; i++)
            e.Decide(i, 100);
        e.Decide(5, 500);
        e.Decision.Rules.ShouldBe(0UL, "five earlier payments are not more than five");
        e = Engine();
        for (var i = 0; i < 6; i++)
            e.Decide(i, 100);
        e.Decide(6, 500);
        (e.Decision.Rules, Reason(e)).ShouldBe((4UL, "amount 500 is 5 times this account's average of 100"));
        e.Decide(96 + 1, 500);
        e.Decision.Rules.ShouldBe(0UL, "all but one are older than 90 days");
    }

    [Fact]
    public void Gambling_away_from_the_usual_location_is_told_with_the_numbers()
    {
        var e = Engine();
        for (var i = 0; i < 6; i++)
            e.Decide(i, more: At("Bern", "Books"));
        e.Decide(6, more: At("Bern"));
        e.Decision.Rules.ShouldBe(0UL, "at home");
        e.Decide(6, more: At("Monaco", "Books"));
        e.Decision.Rules.ShouldBe(0UL, "no gambling");
        e.Decide(6, more: "\"merchant_category\": \"Gambling\"");
        e.Decision.Rules.ShouldBe(0UL, "nobody knows where");
        e.Decide(7, more: At("Monaco"));
        (e.Decision.Rules, Reason(e)).ShouldBe((2UL, "gambling in Monaco, where this account made 1 of its 9 payments of the last 90 days"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(55)]
    public void A_fifth_of_the_payments_makes_a_location_usual(int payments)
    {
        var e = Engine();
        for (var i = 0; i < payments; i++)
            e.Decide(i * 0.1, more: At(i < payments / 5 ? "Monaco" : "Bern", "Books"));
        e.Decide(10, more: At("Monaco"));
        e.Decision.Rules.ShouldBe(0UL);
        e.Decide(10, more: At("Bern", "Books"));
        e.Decide(10, more: At("Bern", "Books"));
        e.Decide(10, more: At("Bern", "Books"));
        e.Decide(10, more: At("Bern", "Books"));
        e.Decide(10, more: At("Monaco"));
        e.Decision.Rules.ShouldBe((payments / 5 + 1) * 5 < payments + 5 ? 2UL : 0UL);
    }

    [Fact]
    public void Gambling_anywhere_is_usual_for_an_account_with_few_payments()
    {
        var e = Engine();
        for (var i = 0; i < 5; i++)
            e.Decide(i, more: At("Bern"));
        e.Decide(5, more: At("Monaco"));
        e.Decision.Rules.ShouldBe(0UL);
        e.Decide(5, more: At("Vaduz"));
        e.Decision.Rules.ShouldBe(2UL);
    }
}
