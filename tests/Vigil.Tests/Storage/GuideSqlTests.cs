using Vigil.Core.Decisions;

namespace Vigil.Tests.Storage;

/// <summary>The statements of the users' deployment guide, as it writes them.</summary>
public sealed class GuideSqlTests
{
    [Fact]
    public void The_newest_transactions_read_as_a_person_expects()
    {
        using var test = Filled();
        test.Sql("SELECT transaction_id, amount, ml_anomaly_score FROM transactions ORDER BY timestamp DESC LIMIT 5;")
            .ShouldBe(["t3|1.234|", "t2|5000|0.75", "t1|12.5|0.5"]);
        test.Sql("SELECT timestamp FROM transactions ORDER BY seq LIMIT 1;").ShouldBe(["2026-01-01T00:00:00.000001Z"]);
    }

    [Fact]
    public void Transactions_can_be_counted()
    {
        using var test = Filled();
        test.Sql("SELECT count(*) FROM transactions;").ShouldBe(["3"]);
    }

    [Fact]
    public void The_guides_indexes_can_be_made_and_serve_its_query()
    {
        using var test = Filled();
        test.Sql("CREATE INDEX idx_transactions_anomaly_score ON transactions(ml_anomaly_score DESC) WHERE is_anomaly = 1;");
        test.Sql("CREATE INDEX idx_transactions_status ON transactions(status) WHERE status IS NOT NULL;");
        test.Sql("CREATE INDEX idx_transactions_timestamp ON transactions(timestamp DESC);");
        test.Sql("EXPLAIN QUERY PLAN SELECT transaction_id, amount, ml_anomaly_score FROM transactions ORDER BY timestamp DESC LIMIT 5;")
            .ShouldHaveSingleItem().ShouldContain("idx_transactions_timestamp");
        test.Add(TestStore.Json("t4", time: TestStore.Start + 9));
        test.Sql("SELECT transaction_id FROM transactions ORDER BY timestamp DESC LIMIT 1").ShouldBe(["t4"]);
        test.Sql("PRAGMA integrity_check").ShouldBe(["ok"]);
    }

    private static TestStore Filled()
    {
        var test = new TestStore();
        test.Add(TestStore.Json("t1", time: TestStore.Start + 1), TestStore.Decide(Outcome.Review, 0.5f));
        test.Add(
            TestStore.Json("t2", time: TestStore.Start + 2, amount: "5000", more: ",\"currency\":\"JPY\""),
            TestStore.Decide(Outcome.Block, 0.75f));
        test.Add(
            TestStore.Json("t3", time: TestStore.Start + 3, amount: "1.234", more: ",\"currency\":\"KWD\""),
            TestStore.Decide(Outcome.Allow, float.NaN));
        return test;
    }
}
