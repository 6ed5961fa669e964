using Npgsql;
using Vigil.Storage;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

public sealed class PostgresPartitionTests : IDisposable
{
    private readonly PostgresDatabase _database = PostgresServer.GetOrSkip().CreateMigratedDatabase();

    public PostgresPartitionTests() => _database.Sql(PostgresRows.Engine);

    [Fact]
    public void A_row_lies_in_the_partition_of_its_month_in_UTC_and_elsewhere_in_the_default_one()
    {
        _database.Sql(PostgresRows.Insert(1, "2026-11-01"));
        _database.Sql(PostgresRows.Insert(2, "2027-01-15"));
        _database.Sql("SET timezone = 'Asia/Tokyo'; " + PostgresRows.Insert(3, "2026-12-31").Replace("12-31 12:00:00Z", "12-31 23:59:59.999999Z", StringComparison.Ordinal));
        Places().ShouldBe(["1|transactions_y2026m11", "2|transactions_default", "3|transactions_y2026m12"]);
    }

    [Fact]
    public void Rows_in_the_default_partition_move_into_their_own_when_it_is_made()
    {
        foreach (var (sequence, day) in new[] { (1, "2027-01-15"), (2, "2027-02-01"), (3, "2027-03-31"), (4, "2026-12-31") })
            _database.Sql(PostgresRows.Insert(sequence, day, "0.5", 1));
        _database.Sql("UPDATE transactions SET status = 'FRAUD', is_fraud = 1 WHERE seq = 1");
        var before = _database.Sql("SELECT * FROM transactions ORDER BY seq");

        Ensure("2027-01-31", "2027-02-01").ShouldBe(["transactions_y2027m01", "transactions_y2027m02"]);
        Places().ShouldBe(["1|transactions_y2027m01", "2|transactions_y2027m02", "3|transactions_default", "4|transactions_y2026m12"]);
        _database.Sql("SELECT * FROM transactions ORDER BY seq").ShouldBe(before);
        Ensure("2027-01-31", "2027-02-01").ShouldBeEmpty();
    }

    [Fact]
    public void Scores_of_challengers_lie_in_the_months_of_their_payments_and_move_with_them()
    {
        _database.Sql("INSERT INTO challenger_scores VALUES (1, '2027-01-15', 1, 0.5), (2, '2026-11-30', 1, 0.25)");
        string[] Scores() => [.. _database.Sql("SELECT seq, tableoid::regclass::text, score FROM challenger_scores ORDER BY seq")];
        Scores().ShouldBe(["1|challenger_scores_default|0.5", "2|challenger_scores_y2026m11|0.25"]);
        EnsureAll().ShouldBe(["transactions_y2027m01"]);
        Scores().ShouldBe(["1|challenger_scores_y2027m01|0.5", "2|challenger_scores_y2026m11|0.25"]);
        EnsureAll().ShouldBeEmpty();

        IReadOnlyList<string> EnsureAll()
        {
            using var connection = PostgresConnection.Open(_database.Url, _database.Url.ToBuilder());
            return PostgresPartitions.Ensure(connection, new DateOnly(2027, 1, 31), new DateOnly(2027, 1, 31));
        }
    }

    [Fact]
    public void A_new_partition_has_every_index_that_the_others_have()
    {
        _database.Sql("SELECT vigil_ensure_entity_index('merchant_id'), vigil_ensure_entity_index('device_id', 'ip')");
        _database.Sql("CREATE INDEX idx_transactions_timestamp ON transactions(timestamp DESC)");
        Ensure("2027-01-01", "2027-01-01");
        List<string> Indexes(string table) => _database.Sql(
            $"SELECT replace(indexdef, '{table}', '') FROM pg_indexes WHERE tablename = '{table}' ORDER BY 1");
        Indexes("transactions_y2027m01").ShouldBe(Indexes("transactions_y2026m11"));
        Indexes("transactions_y2027m01").Count.ShouldBe(8);
    }

    [Fact]
    public void The_index_of_an_entity_is_made_once_and_of_nothing_else()
    {
        _database.Sql("SELECT vigil_ensure_entity_index('merchant_id')");
        _database.Sql("SELECT vigil_ensure_entity_index('merchant_id')");
        _database.Sql("SELECT indexname FROM pg_indexes WHERE tablename = 'transactions' AND indexdef LIKE '%merchant_id%'")
            .ShouldBe(["transactions_by_merchant_id"]);
        foreach (var arguments in new[] { "'payload'", "NULL", "'ip', 'ip'", "'ip', 'status'", "'ip); DROP TABLE labels; --'" })
            Should.Throw<PostgresException>(() => _database.Sql($"SELECT vigil_ensure_entity_index({arguments})")).MessageText.ShouldBe("no entity has these fields");
    }

    [Fact]
    public void A_reader_that_is_in_the_way_is_waited_for_a_moment_and_then_left_alone()
    {
        using var reader = new NpgsqlConnection(_database.Url.ConnectionString);
        reader.Open();
        using var reading = reader.BeginTransaction();
        PostgresSchema.Scalar(reader, "SELECT count(*) FROM transactions");
        using (var setup = PostgresSetup.Open(_database.Url, dryRun: false, _ => { }))
        {
            Should.Throw<StorageException>(() => setup.EnsurePartitions(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1)))
                .Failure.ShouldBe(StorageFailure.Busy);
            // Others are not held up, not even those who write.
            _database.Sql("BEGIN; SELECT seq FROM log_head FOR UPDATE NOWAIT; " + PostgresRows.Insert(1, "2027-01-15") + "; COMMIT");
            reading.Commit();
            setup.EnsurePartitions(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1)).ShouldBe(1);
        }

        Places().ShouldBe(["1|transactions_y2027m01"]);
    }

    [Fact]
    public async Task Rows_that_are_written_meanwhile_are_not_lost()
    {
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writer = Task.Factory.StartNew(
            () =>
            {
                using var connection = new NpgsqlConnection(_database.Url.ConnectionString);
                connection.Open();
                while (!stop.IsCancellationRequested)
                {
                    written++;
                    PostgresSchema.Execute(connection, "BEGIN; SELECT seq FROM log_head FOR UPDATE; " + PostgresRows.Insert(written, $"2027-{written % 12 + 1:00}-15") + "; COMMIT");
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (var month = new DateOnly(2027, 1, 1); month.Year == 2027; month = month.AddMonths(1))
            Ensure($"{month:yyyy-MM-dd}", $"{month:yyyy-MM-dd}").Count.ShouldBe(1);
        await stop.CancelAsync();
        await writer;
        _database.Sql("SELECT count(*) FROM transactions").ShouldBe([$"{written}"]);
        _database.Sql("SELECT count(*) FROM transactions_default").ShouldBe(["0"]);
        written.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Nobody_makes_partitions_for_centuries() =>
        Should.Throw<PostgresException>(() => Ensure("2026-01-01", "2126-01-01")).MessageText.ShouldContain("30 years");

    public void Dispose() => _database.Dispose();

    private List<string> Ensure(string first, string last) => _database.Sql($"SELECT vigil_ensure_partitions('{first}', '{last}')");

    private List<string> Places() => _database.Sql("SELECT seq || '|' || tableoid::regclass FROM transactions ORDER BY seq");
}
