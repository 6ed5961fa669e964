using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Storage.Cases;

namespace Vigil.Tests.Storage;

public abstract class CaseStoreTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : CaseStoreTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public void The_list_is_read_from_an_index_and_never_sorted()
        {
            using var test = new TestStore();
            foreach (var query in new[]
            {
                new AnomalyQuery(), new AnomalyQuery(MinScore: 0.5), new AnomalyQuery(Status: CaseStatus.New),
                new AnomalyQuery(MinScore: 0.5, Status: CaseStatus.New),
            })
            {
                var index = query.Status is null ? "transactions_by_score" : "transactions_by_status";
                var plan = test.Sql("EXPLAIN QUERY PLAN " + CaseSql.Anomalies(query));
                plan[0].ShouldContain(index);
                plan.ShouldAllBe(step => !step.Contains("TEMP B-TREE", StringComparison.Ordinal));
            }
        }
    }

    public sealed class OfPostgres() : CaseStoreTests(DatabaseKind.Postgres);

    [Fact]
    public void Anomalies_come_by_score_then_newest_and_without_a_score_last()
    {
        using var test = Filled();
        Ids(test, new AnomalyQuery()).ShouldBe(["high", "same, newer", "same, older", "no score"]);
        Ids(test, new AnomalyQuery(Limit: 2, Offset: 1)).ShouldBe(["same, newer", "same, older"]);
    }

    [Fact]
    public void The_lowest_score_asked_for_is_included()
    {
        using var test = Filled();
        Ids(test, new AnomalyQuery(MinScore: 0.9)).ShouldBe(["high"]);
        Ids(test, new AnomalyQuery(MinScore: 0.7)).ShouldBe(["high", "same, newer", "same, older"]);
    }

    [Fact]
    public void Anomalies_can_be_asked_for_by_status()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("same, older", CaseStatus.Dismissed, "ann", 1);
        Ids(test, new AnomalyQuery(Status: CaseStatus.Dismissed)).ShouldBe(["same, older"]);
        Ids(test, new AnomalyQuery(Status: CaseStatus.New)).ShouldBe(["high", "same, newer", "no score"]);
        Ids(test, new AnomalyQuery(Status: CaseStatus.New, MinScore: 0.8)).ShouldBe(["high"]);
        Ids(test, new AnomalyQuery(Status: CaseStatus.Fraud)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1001, 0)]
    [InlineData(1, -1)]
    public void A_limit_or_offset_out_of_range_is_refused(int limit, int offset)
    {
        using var test = new TestStore(kind);
        Should.Throw<ArgumentOutOfRangeException>(() => test.Store.Cases.Anomalies(new AnomalyQuery(limit, offset)));
    }

    [Fact]
    public void A_decision_is_found_with_everything()
    {
        using var test = new TestStore(kind);
        var json = TestStore.Json("t1", amount: "5000", more: ",\"currency\":\"JPY\",\"location\":\"Kyōto\"");
        test.Add(json, TestStore.Decide(Outcome.Review, 0.75f, "Amount at or above 5,000"));
        var found = test.Store.Cases.FindDecision("t1")!;
        (found.Summary with { RuleResults = [] }).ShouldBe(new AnomalyRow
        {
            Sequence = 1,
            TransactionId = "t1",
            AccountId = "A",
            Time = TestStore.Start,
            Amount = 5000m,
            Currency = "JPY",
            Location = "Kyōto",
            Status = CaseStatus.New,
            Score = 0.75f,
            AlertReason = "Amount at or above 5,000",
            Outcome = Outcome.Review,
            Model = ModelKind.Trees,
            DecidedAt = TestStore.Start,
            RulesVersion = "guide-1",
            RuleResults = [],
        });
        found.Payload.ShouldBe(json);
        found.Features.ShouldBe([1.5f, float.NaN, -0.25f]);
        found.FeatureSet.ShouldBe(TestStore.FeatureSet);
        found.Engine.ShouldBe(TestStore.Versions);
        new RuleResults(found.Summary.RuleResults).Matched.Words.ToArray().ShouldBe([1UL << 63]);
        found.Provenance.ShouldBe(new Provenance(test.EngineId, 0, TestStore.Start - 100, TestStore.Start, 42));
        test.Store.Cases.FindDecision("t2").ShouldBeNull();
    }

    [Fact]
    public void Earlier_vectors_are_those_of_the_account_within_the_span_and_before_the_decision_the_newest_first()
    {
        using var test = new TestStore(kind);
        const long day = Timestamp.Day;
        Add("too old", "A", -90 * day, 1);
        Add("oldest", "A", (-90 * day) + 1, 2);
        Add("other", "B", -day, 3);
        Add("newest", "A", -1, 4);
        Add("late", "A", -5 * day, 5);
        Add("ahead", "A", 1, 6);
        Add("this", "A", 0, 7);
        Add("after", "A", -2 * day, 8);
        var decision = test.Store.Cases.FindDecision("this")!;
        test.Store.Cases.EarlierVectors(decision, 90 * day, 100).Select(v => v[0]).ShouldBe([4, 5, 2]);
        test.Store.Cases.EarlierVectors(decision, 90 * day, 2).Select(v => v[0]).ShouldBe([4, 5]);
        test.Store.Cases.EarlierVectors(decision with { Engine = decision.Engine with { FeatureSetHash = "other" } }, 90 * day, 100).ShouldBeEmpty();

        void Add(string id, string account, long time, float first)
        {
            var made = TestStore.Decide(Outcome.Allow, 0.1f);
            made.Features[0] = first;
            test.Add(TestStore.Json(id, account, TestStore.Start + time), made);
        }
    }

    [Fact]
    public void An_allowed_transaction_is_no_anomaly_and_no_case()
    {
        using var test = new TestStore(kind);
        test.Add(TestStore.Json("t1"));
        test.Store.Cases.Anomalies(new AnomalyQuery()).ShouldBeEmpty();
        test.Store.Cases.FindDecision("t1")!.Summary.Status.ShouldBeNull();
        test.Sql("SELECT is_anomaly, status FROM transactions").ShouldBe(["0|"]);
    }

    [Fact]
    public void A_verdict_is_a_status_a_label_and_an_audit_entry()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("high", CaseStatus.Fraud, "ann", 1000)
            .ShouldBe(new StatusUpdate(CaseStatus.New, CaseStatus.Fraud));
        test.Store.Cases.FindDecision("high")!.Summary.IsFraud.ShouldBe(true);
        test.Sql("SELECT seq, is_fraud, source, observed_at, created_at, actor FROM labels")
            .ShouldBe(["2|1|analyst|1000|1000|ann"]);
        test.Store.Audit.Read(new AuditQuery())
            .ShouldBe([new AuditEntry(1, 1000, "ann", "transaction.status", "high", "NEW", "FRAUD")]);

        test.Store.Cases.UpdateStatus("high", CaseStatus.Dismissed, "bob", 2000);
        test.Store.Cases.FindDecision("high")!.Summary.IsFraud.ShouldBe(false);
        test.Sql("SELECT is_fraud, observed_at FROM labels ORDER BY id").ShouldBe(["1|1000", "0|2000"]);
    }

    [Fact]
    public void A_case_that_is_looked_at_again_keeps_its_label()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("high", CaseStatus.Fraud, "ann", 1000);
        foreach (var status in new[] { CaseStatus.New, CaseStatus.Investigated })
            test.Store.Cases.UpdateStatus("high", status, "bob", 2000)!.Value.After.ShouldBe(status);
        test.Store.Cases.FindDecision("high")!.Summary.IsFraud.ShouldBe(true);
        test.Sql("SELECT count(*) FROM labels").ShouldBe(["1"]);
        test.Store.Audit.Read(new AuditQuery(Subject: "high")).Count.ShouldBe(3);
    }

    [Fact]
    public void Fraud_that_was_allowed_can_be_marked()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("allowed", CaseStatus.Fraud, "ann", 1)
            .ShouldBe(new StatusUpdate(null, CaseStatus.Fraud));
        test.Store.Cases.FindDecision("allowed")!.Summary.IsFraud.ShouldBe(true);
    }

    [Fact]
    public void An_unknown_transaction_changes_nothing()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("nobody", CaseStatus.Fraud, "ann", 1).ShouldBeNull();
        test.Store.Cases.AddLabel(new NewLabel("nobody", true, "api", 1, "ann"), 1).ShouldBeFalse();
        test.Sql("SELECT (SELECT count(*) FROM labels), (SELECT count(*) FROM audit)").ShouldBe(["0|0"]);
    }

    [Fact]
    public void A_verdict_that_fails_halfway_leaves_nothing()
    {
        using var test = Filled();
        test.Sql(kind == DatabaseKind.Sqlite
            ? "CREATE TRIGGER broken BEFORE INSERT ON labels BEGIN SELECT RAISE(ABORT, 'broken'); END"
            : "ALTER TABLE labels ADD CONSTRAINT broken CHECK (id < 0)");
        Should.Throw<StorageException>(() => test.Store.Cases.UpdateStatus("high", CaseStatus.Fraud, "ann", 1));
        test.Store.Cases.FindDecision("high")!.Summary.Status.ShouldBe(CaseStatus.New);
        test.Store.Audit.Read(new AuditQuery()).ShouldBeEmpty();

        test.Sql(kind == DatabaseKind.Sqlite ? "DROP TRIGGER broken" : "ALTER TABLE labels DROP CONSTRAINT broken");
        test.Store.Cases.UpdateStatus("high", CaseStatus.Fraud, "ann", 1).ShouldNotBeNull();
    }

    [Fact]
    public void A_label_has_its_own_time_and_leaves_the_status()
    {
        using var test = Filled();
        test.Store.Cases.AddLabel(new NewLabel("high", true, "import", 500, "loader"), 900).ShouldBeTrue();
        var row = test.Store.Cases.FindDecision("high")!.Summary;
        row.IsFraud.ShouldBe(true);
        row.Status.ShouldBe(CaseStatus.New);
        test.Store.Audit.Read(new AuditQuery())
            .ShouldBe([new AuditEntry(1, 900, "loader", "transaction.label", "high", null, "fraud")]);
        using var all = test.Store.ReadAll(row.Sequence);
        all.Read().ShouldBeTrue();
        all.IsFraud.ShouldBe(true);
        all.LabelObservedAt.ShouldBe(500);
    }

    [Fact]
    public void The_summary_counts_since_a_time()
    {
        using var test = Filled();
        test.Store.Cases.UpdateStatus("high", CaseStatus.Fraud, "ann", 1);
        var all = test.Store.Summary();
        (all.Processed, all.Flagged).ShouldBe((5, 4));
        all.ByStatus.ShouldBe(new Dictionary<CaseStatus, long>
        {
            [CaseStatus.New] = 3,
            [CaseStatus.Investigated] = 0,
            [CaseStatus.Fraud] = 1,
            [CaseStatus.Dismissed] = 0,
        }, ignoreOrder: true);
        for (var i = 0; i <= 5; i++)
            test.Store.Summary(TestStore.Start + i).Processed.ShouldBe(5 - i);
        test.Store.Summary(TestStore.Start + 3).Flagged.ShouldBe(1);
        using var empty = new TestStore(kind);
        empty.Store.Summary().Processed.ShouldBe(0);
    }

    private static string[] Ids(TestStore test, AnomalyQuery query) =>
        [.. test.Store.Cases.Anomalies(query).Select(row => row.TransactionId)];

    private TestStore Filled()
    {
        var test = new TestStore(kind);
        test.Add(TestStore.Json("same, older"), TestStore.Decide(Outcome.Review, 0.7f), TestStore.Start);
        test.Add(TestStore.Json("high"), TestStore.Decide(Outcome.Block, 0.9f), TestStore.Start + 1);
        test.Add(TestStore.Json("no score"), TestStore.Decide(Outcome.Review, float.NaN), TestStore.Start + 2);
        test.Add(TestStore.Json("allowed"), TestStore.Decide(Outcome.Allow, 0.1f), TestStore.Start + 3);
        test.Add(TestStore.Json("same, newer"), TestStore.Decide(Outcome.Review, 0.7f), TestStore.Start + 4);
        return test;
    }
}
