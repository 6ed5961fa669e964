using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Detection.Backtest;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Backtest;

public abstract class BacktesterTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : BacktesterTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public void A_backtest_leaves_the_database_as_it_was()
        {
            using var run = new RecordedRun(8, "default", Rules);
            using var observer = Vigil.Storage.Sqlite.SqliteDatabase.Open(run.Store.Place);
            var before = observer.Scalar("PRAGMA data_version");

            run.Backtest(run.Plan());

            observer.Scalar("PRAGMA data_version").ShouldBe(before);
        }
    }

    public sealed class OfPostgres() : BacktesterTests(DatabaseKind.Postgres);

    private static readonly RuleSet Rules = TestRules.Json(
        "2",
        """{ "name": "burst", "rule": "review when count(account_id, '1h') >= 2", "state": "shadow" }""",
        """{ "name": "spree", "rule": "review when sum(amount, account_id, '7d', merchant_category == 'Gambling') > 4000", "state": "shadow" }""",
        """{ "name": "places", "rule": "block when distinct(location, merchant_id, '30d') >= 3", "percent": 40 }""",
        """{ "name": "pair", "rule": "review when mean(amount, [account_id, merchant_id], '90d') > 3600 && has(location)" }""",
        """{ "name": "bad_place", "rule": "review when fraud_count(merchant_id, '30d delayed 7d') >= 2", "state": "shadow" }""",
        """{ "name": "feature", "rule": "review when amount_to_mean_90d > 1.7 && account_count_7d >= 3" }""",
        """{ "name": "as_feature", "rule": "tag('often') when count(account_id, '7d') >= 6" }""",
        """{ "name": "listed", "rule": "review when merchant_id in list('risky') && amount > 100", "state": "shadow" }""",
        """{ "name": "expired", "rule": "review when amount > 10", "expires": "2011-01-01T00:00:00Z" }""");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_backtest_matches_what_the_same_rules_matched_live(int seed)
    {
        using var run = new RecordedRun(seed, "default", Rules, kind);
        var report = run.Backtest(run.Plan());

        RecordedRun.Matches(report).ShouldBe(run.StoredMatches());
        report.Rules.Sum(r => r.Missing).ShouldBe(run.StoredMissing().Length);
        report.Rules.ShouldAllBe(r => r.Matches.Matched > 0);
        report.StoredVectors.ShouldBe(RecordedRun.Payments);
        report.Transactions.ShouldBe(RecordedRun.Payments);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_backtest_of_a_part_of_the_past_begins_with_warm_windows(int seed)
    {
        using var run = new RecordedRun(seed, "default", Rules, kind);
        var from = run.LastTime - 200 * Timestamp.Day;

        var report = run.Backtest(run.Plan() with { From = from });

        report.Transactions.ShouldBeInRange(100, RecordedRun.Payments - 100);
        RecordedRun.Matches(report).ShouldBe(run.StoredMatches(from));
        report.Rules.Sum(r => r.Missing).ShouldBe(run.StoredMissing(from).Length);
    }

    [Fact]
    public void Where_other_features_decided_those_that_rules_name_are_computed()
    {
        using var live = new RecordedRun(6, "default", Rules, kind);
        using var other = new RecordedRun(6, "handbook", TestRules.Guide, kind);

        var report = other.Backtest(other.Plan(Rules, FeatureSets.Load("default")));

        report.StoredVectors.ShouldBe(0);
        RecordedRun.Matches(report).ShouldBe(live.StoredMatches());
    }

    [Fact]
    public void Drafts_are_evaluated_too()
    {
        using var run = new RecordedRun(7, "default", Rules, kind);
        var drafts = Rules.With("", rule => rule with { State = RuleState.Draft });

        RecordedRun.Matches(run.Backtest(run.Plan(drafts))).ShouldBe(run.StoredMatches());
    }

    [Fact]
    public void A_backtest_that_is_cancelled_ends_at_once()
    {
        using var run = new RecordedRun(9, "default", Rules, kind);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        Should.Throw<OperationCanceledException>(() =>
            new Backtester(run.Store).Run(run.Plan(), (_, _) => cancel.Cancel(), cancel.Token));
    }

    [Fact]
    public void Labels_that_may_still_come_are_kept_apart_from_those_that_are_complete()
    {
        using var run = new RecordedRun(10, "default", Rules, kind);
        var mature = run.LastTime - 300 * Timestamp.Day;
        var all = run.Backtest(run.Plan());
        var report = run.Backtest(run.Plan() with { MatureTo = mature });
        var earlier = run.Backtest(run.Plan() with { To = mature });

        report.Labels.Mature.ShouldBe(earlier.Labels.Mature);
        report.Labels.Recent.All.ShouldBe(all.Labels.Mature.All - report.Labels.Mature.All);
        for (var i = 0; i < report.Rules.Count; i++)
        {
            var (matches, of) = (report.Rules[i].Matches, earlier.Rules[i].Matches);
            matches.Labels.Mature.ShouldBe(of.Labels.Mature);
            matches.Precision.ShouldBe(of.Precision);
            matches.Recall.ShouldBe(of.Recall);
            matches.Matched.ShouldBe(all.Rules[i].Matches.Matched);
        }
    }

    [Fact]
    public void Days_money_and_overlap_add_up()
    {
        using var run = new RecordedRun(11, "default", Rules, kind);
        var report = run.Backtest(run.Plan() with { InForce = Rules });

        foreach (var (rule, i) in report.Rules.Select((rule, i) => (rule, i)))
        {
            var matches = rule.Matches;
            matches.ByDay.Sum(d => d.Frauds + d.Legitimate + d.Unlabelled).ShouldBe(matches.Matched);
            matches.ByDay.Sum(d => d.Transactions).ShouldBe(RecordedRun.Payments);
            matches.Amount.ShouldBe(rule.MostLikeFraud.Sum(e => e.Amount));
            matches.FraudAmount.ShouldBe(rule.MostLikeFraud.Where(e => e.IsFraud == true).Sum(e => e.Amount));
            matches.FlaggedBefore.ShouldBe(rule.MostLikeFraud.Count(e => e.Flagged));
            report.Overlap.Among[i][i].ShouldBe(matches.Matched);

            // The rules in force are the same rules here.
            report.Overlap.WithInForce[i].ShouldBe(report.Overlap.Among[i]);
            report.Overlap.OnlyHere[i].ShouldBe(0);
        }

        report.Together!.Matched.ShouldBe(
            report.Rules.Where(r => r.Name != "as_feature").SelectMany(r => r.MostLikeFraud).Select(e => e.TransactionId).Distinct().Count());
        report.Rules.Single(r => r.Name == "as_feature").Matches.NewAlerts.ShouldBe(0);
    }

    [Fact]
    public void A_rule_with_a_mistake_is_refused_with_its_place()
    {
        using var run = new RecordedRun(12, "default", TestRules.Guide, kind);

        Should.Throw<RuleSetException>(() => run.Backtest(run.Plan(TestRules.Of("review when amonut > 5"))))
            .Message.ShouldContain("amonut");
    }
}
