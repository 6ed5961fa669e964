using Vigil.Core.Transactions;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Core.Transactions;

namespace Vigil.Tests.Core.Features;

/// <summary>Single cases of the definitions in docs/features.md; AggregateOracleTests has the random ones.</summary>
public sealed class AggregateTests
{
    [Fact]
    public void A_window_drops_an_event_that_is_exactly_its_length_old()
    {
        var e = Engines.Of("count(account_id, '7d')");
        e.Decide(0)[0].ShouldBe(0);
        e.Decide(7 - 1e-9)[0].ShouldBe(1);
        e.Decide(7)[0].ShouldBe(1, "the first is 7 days old");
    }

    [Fact]
    public void Events_of_the_same_instant_count_from_the_second_on()
    {
        var e = Engines.Of("count(account_id, '1m')", "time_since(account_id, '1m')");
        e.Decide(1)[0].ShouldBe(0);
        e.Decide(1).ShouldBe([1, 0]);
        e.Decide(1).ShouldBe([2, 0]);
    }

    [Fact]
    public void A_delayed_window_ends_at_its_delay_inclusively()
    {
        var e = Engines.Of("count(account_id, '1d delayed 7d')");
        e.Decide(0);
        e.Decide(7 - 1e-9)[0].ShouldBe(0);
        e.Decide(7)[0].ShouldBe(1);
        e.Decide(8 - 1e-9)[0].ShouldBe(1);
        e.Decide(8)[0].ShouldBe(0);
    }

    [Fact]
    public void A_late_event_sees_what_was_before_it_and_is_seen_by_what_comes_after()
    {
        var e = Engines.Of("count(account_id, '7d')", "last(amount, account_id, '7d')");
        e.Decide(1, 11);
        e.Decide(3, 13);
        e.Decide(2, 12).ShouldBe([1, 11]);
        e.Decide(3, 14).ShouldBe([3, 13]);
    }

    [Fact]
    public void A_payment_that_comes_later_than_everything_kept_is_decided_but_not_counted()
    {
        var e = new Engines(Engines.Set(["count(account_id, '7d')"], lateness: "1d"));
        e.Decide(20);
        e.Decide(12 + 1e-9)[0].ShouldBe(0, "8 days late, but for a moment");
        e.Decide(12)[0].ShouldBe(0);
        e.Decide(12 + 1e-9)[0].ShouldBe(1, "the one of day 12 itself is not there");
    }

    [Fact]
    public void What_the_rules_look_at_changes_no_feature_of_a_late_payment()
    {
        var set = Engines.Set(["count(account_id, '7d')", "fraud_streak(account_id, '7d')", "since_legit(account_id, '7d')"], labelDelay: "0s");
        var rules = TestRules.Of("review when count(account_id, '90d') + fraud_streak(account_id, '90d') > 1000");
        var (plain, ruled) = (new Engines(set), new Engines(set, rules));
        var random = new Random(3);
        double day = 0;
        for (var i = 0; i < 3_000; i++)
        {
            day += random.NextDouble() / 2;
            var time = random.Next(3) == 0 ? day - random.NextDouble() * 12 : day;
            var fraud = random.Next(4) > 0;
            plain.Decide(Math.Max(0, time), fraud: fraud).ShouldBe(ruled.Decide(Math.Max(0, time), fraud: fraud));
        }
    }

    [Fact]
    public void An_attached_label_counts_after_the_label_delay_and_not_in_its_own_decision()
    {
        var e = Engines.Of("fraud_count(account_id, '30d')", "last_label(account_id, '30d')");
        e.Decide(0, fraud: true).ShouldBe([0, float.NaN]);
        e.Decide(1 - 1e-9)[0].ShouldBe(0);
        e.Decide(1).ShouldBe([1, 1]);
        var current = new Engines(Engines.Set(["fraud_count(account_id, '30d')"], includeCurrent: true, labelDelay: "0s"));
        current.Decide(0, fraud: true)[0].ShouldBe(0);
        current.Decide(0)[0].ShouldBe(1);
    }

    [Fact]
    public void A_label_counts_from_when_it_became_known_and_replaces_the_one_that_came_with_the_payment()
    {
        var e = Engines.Of("fraud_count(account_id, '30d')");
        e.Decide(0, fraud: false);
        e.Decide(0.5);
        e.Label(0, 0, true, observedOn: 3);
        e.Decide(2)[0].ShouldBe(0);
        e.Decide(3)[0].ShouldBe(1);
        e.Label(0, 0, false, observedOn: 3);
        e.Decide(3)[0].ShouldBe(0);
    }

    [Fact]
    public void Of_two_labels_that_both_count_the_one_that_came_last_does()
    {
        var e = Engines.Of("fraud_count(account_id, '30d')");
        e.Decide(0);
        e.Label(0, 0, true, observedOn: 10);
        e.Label(0, 0, false, observedOn: 5);
        e.Decide(7)[0].ShouldBe(0);
        e.Decide(12)[0].ShouldBe(0, "the verdict of day 10 was withdrawn before it counted");
        e.Label(0, 0, true, observedOn: 20);
        e.Label(0, 0, false, observedOn: 30);
        e.Decide(25)[0].ShouldBe(1);
    }

    [Fact]
    public void A_label_of_an_unknown_payment_changes_nothing()
    {
        var e = Engines.Of("fraud_count(account_id, '30d')");
        e.Label(5, 1, true, observedOn: 1, account: "nobody");
        e.Decide(1);
        e.Label(5, 1, true, observedOn: 1);
        e.Label(0, 2, true, observedOn: 1);
        e.Decide(2)[0].ShouldBe(0);
    }

    /// <summary>The frauds of a run may all have been forgotten by the time the next label comes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_of_frauds_that_left_the_window_is_no_part_of_the_next(bool includeCurrent)
    {
        var set = Engines.Set(
            ["fraud_streak(account_id, '10d')", "streak_min(amount, account_id, '10d')", "streak_max(amount, account_id, '10d')", "since_first_fraud(account_id, '10d')"],
            includeCurrent, labelDelay: "1d");
        var e = new Engines(set);
        for (var i = 0; i < 3; i++)
            e.Decide(i * 0.01, 1 + 1000 * i, fraud: true);
        e.Decide(2, 50)[0].ShouldBe(3);
        for (var i = 0; i < 9; i++)
            e.Decide(100 + i * 0.01, 50 + i, fraud: true);
        e.Decide(102)[..3].ShouldBe([9, 50, 58]);
        e.Decide(110.025)[..3].ShouldBe([6, 53, 58]);
        e.Decide(110.085).ShouldBe([0, float.NaN, float.NaN, float.NaN]);
    }

    [Fact]
    public void A_missing_entity_has_no_past_not_an_empty_one()
    {
        var e = Engines.Of("count(device_id, '1d')", "count([account_id, device_id], '1d')", "count([device_id, account_id], '1d')", "count(account_id, '1d')");
        e.Decide(0).ShouldBe([float.NaN, float.NaN, float.NaN, 0]);
        e.Decide(0, more: "\"device_id\": \"d\"").ShouldBe([0, 0, 0, 1]);
        e.Decide(0, more: "\"device_id\": \"d\"").ShouldBe([1, 1, 1, 2]);
        e.Decide(0).ShouldBe([float.NaN, float.NaN, float.NaN, 3]);
    }

    [Fact]
    public void Pairs_whose_texts_run_together_are_not_mixed_up()
    {
        var e = Engines.Of("count([merchant_id, device_id], '1d')");
        e.Decide(0, more: "\"merchant_id\": \"ab\", \"device_id\": \"c\"");
        e.Decide(0, more: "\"merchant_id\": \"a\", \"device_id\": \"bc\"")[0].ShouldBe(0);
        e.Decide(0, more: "\"merchant_id\": \"ab\", \"device_id\": \"c\"")[0].ShouldBe(1);
    }

    [Fact]
    public void Sums_of_the_largest_amounts_are_exact()
    {
        var e = Engines.Of("sum(amount, account_id, '90d')", "std(amount, account_id, '90d')", "mean(amount, account_id, '90d')");
        var t = new Transaction();
        for (var i = 0; i < 2_000; i++)
        {
            Payment.DecodeInto(t, Payment.Json(amount: "999999999999.9999", more: "\"currency\": \"CLF\""));
            e.Engine.Decide(t, i, e.Decision);
        }

        e.Decision.Features.ShouldBe([(float)(1999 * 999999999999.9999), 0, (float)999999999999.9999]);
        Payment.DecodeInto(t, Payment.Json(amount: "0.0001", more: "\"currency\": \"CLF\"", time: "2026-05-30T11:59:59Z"));
        e.Engine.Decide(t, 2_000, e.Decision);
        e.Decision.Features[1].ShouldBe(0);
    }

    [Fact]
    public void A_feature_beyond_the_numbers_of_a_vector_is_missing()
    {
        var e = Engines.Of("amount * amount * amount * amount", "amount / 0", "log(amount - 10)", "sqrt(0 - amount)");
        e.Decide(0, amount: 10).ShouldBe([10_000, float.NaN, float.NaN, float.NaN]);
        e.Decide(0, amount: 100_000_000_000)[0].ShouldBe(float.NaN);
    }

    [Fact]
    public void Times_at_both_ends_of_the_calendar_are_no_trouble()
    {
        var e = Engines.Of("count(account_id, '90d delayed 90d')", "age(account_id, '90d')");
        var t = new Transaction();
        string[] times = ["1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z"];
        for (var i = 0; i < times.Length; i++)
        {
            Payment.DecodeInto(t, Payment.Json(time: times[i]));
            e.Engine.Decide(t, i, e.Decision);
        }

        e.Decision.Features.ShouldBe([0, 0]);
    }

    [Fact]
    public void A_hundred_thousand_events_of_one_entity_are_counted_and_forgotten()
    {
        var e = Engines.Of(
            "count(account_id, '1d')", "distinct(device_id, account_id, '1d')", "quantile(amount, account_id, '1d', 0.5)",
            "winsor_std(amount, account_id, '1d', 0.1)");
        for (var i = 0; i < 100_000; i++)
            e.Decide(i * 1e-5, i % 1_000, more: $"\"device_id\": \"d{i % 5_000}\"");
        e.Decide(0.99999)[..3].ShouldBe([100_000, 5_000, 499.5f]);
        e.Decide(500).ShouldBe([0, 0, float.NaN, float.NaN]);
        e.Decide(500.5)[..2].ShouldBe([1, 0]);
    }
}
