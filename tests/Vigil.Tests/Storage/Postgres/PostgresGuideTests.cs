using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

/// <summary>The statements of the users' deployment guide, as it writes them; those for the user and the database are in <see cref="PostgresDatabase"/>.</summary>
public sealed class PostgresGuideTests : IDisposable
{
    private readonly PostgresDatabase _database = PostgresServer.GetOrSkip().CreateMigratedDatabase();

    public PostgresGuideTests()
    {
        _database.Sql(PostgresRows.Engine);
        _database.Sql(PostgresRows.Insert(1, "2026-10-01", "0.5", 1));
        _database.Sql(PostgresRows.Insert(2, "2026-11-01", "0.75", 2));
        _database.Sql(PostgresRows.Insert(3, "2026-12-01"));
    }

    [Fact]
    public void The_newest_transactions_read_as_a_person_expects()
    {
        _database.Sql("SELECT transaction_id, amount, ml_anomaly_score FROM transactions ORDER BY timestamp DESC LIMIT 5;")
            .ShouldBe(["t3|12.50|", "t2|12.50|0.75", "t1|12.50|0.5"]);
        _database.Sql("SELECT timestamp FROM transactions ORDER BY seq LIMIT 1;").ShouldBe(["2026-10-01T12:00:00.000000Z"]);
    }

    [Fact]
    public void Transactions_and_connections_can_be_counted()
    {
        _database.Sql("SELECT count(*) FROM transactions;").ShouldBe(["3"]);
        int.Parse(_database.Sql("SELECT count(*) FROM pg_stat_activity;").ShouldHaveSingleItem()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_guides_indexes_can_be_made_before_and_after_there_are_rows_and_serve_its_queries()
    {
        _database.Sql("CREATE INDEX idx_transactions_anomaly_score ON transactions(ml_anomaly_score DESC) WHERE is_anomaly = 1;");
        _database.Sql("CREATE INDEX idx_transactions_status ON transactions(status) WHERE status IS NOT NULL;");
        _database.Sql("CREATE INDEX idx_transactions_timestamp ON transactions(timestamp DESC);");
        _database.Sql(PostgresRows.Insert(4, "2026-12-02"));
        _database.Sql("SELECT transaction_id FROM transactions ORDER BY timestamp DESC LIMIT 1").ShouldBe(["t4"]);
        // The setup that comes after finds nothing wrong with them.
        using var setup = PostgresSetup.Open(_database.Url, dryRun: false, _ => { });
        setup.Migrate().ShouldBe(0);
        setup.EnsurePartitions(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1)).ShouldBe(1);
    }

    [Fact]
    public void A_backup_of_the_guide_is_restored_by_the_owner_into_an_empty_database()
    {
        var dump = PostgresServer.Run("pg_dump", _database.Url, "");
        using var restored = PostgresServer.GetOrSkip().CreateDatabase();
        PostgresServer.Run("psql", restored.Url, dump, "-q", "-v", "ON_ERROR_STOP=1");
        const string all = "SELECT t.*, tableoid::regclass::text FROM transactions t ORDER BY seq";
        restored.Sql(all).ShouldBe(_database.Sql(all));
        using var setup = PostgresSetup.Open(restored.Url, dryRun: false, _ => { });
        setup.Migrate().ShouldBe(0);
        setup.EnsurePartitions(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1)).ShouldBe(1);
        restored.SqlAs("vigil_detector", PostgresRows.Insert(4, "2027-01-02"));
        // Sequences go on where they were.
        int.Parse(restored.Sql("SELECT nextval('engines_id_seq')").ShouldHaveSingleItem()).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Reading_the_newest_needs_no_sorting_of_all()
    {
        var plan = string.Join('\n', _database.Sql(
            "SET enable_seqscan = off; EXPLAIN SELECT transaction_id, amount, ml_anomaly_score FROM transactions ORDER BY timestamp DESC LIMIT 5;"));
        plan.ShouldContain("timestamp_idx");
        plan.ShouldNotContain("->  Sort");
    }

    [Fact]
    public void The_analysts_list_is_read_from_its_index_without_sorting()
    {
        var plan = string.Join('\n', _database.Sql(
            "SET enable_seqscan = off; EXPLAIN SELECT transaction_id FROM transactions WHERE is_anomaly = 1 ORDER BY ml_anomaly_score DESC NULLS LAST, seq DESC LIMIT 100"));
        plan.ShouldContain("ml_anomaly_score_seq_idx");
        plan.ShouldNotContain("->  Sort");
    }

    public void Dispose() => _database.Dispose();
}
