using Vigil.Storage;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

public sealed class PostgresSetupTests : IDisposable
{
    private static readonly DateOnly November = new(2026, 11, 22);

    private readonly PostgresDatabase _database = PostgresServer.GetOrSkip().CreateDatabase();
    private readonly List<SetupStep> _steps = [];

    [Fact]
    public void Scripts_are_numbered_from_one_without_a_gap() =>
        PostgresScript.All.Select(script => script.Version).ShouldBe(Enumerable.Range(1, PostgresScript.All.Count));

    [Fact]
    public void An_owner_without_other_rights_makes_everything_and_a_second_run_finds_nothing_to_do()
    {
        Setup().ShouldBe(PostgresSetup.LatestVersion);
        _steps.Select(step => step.Kind).Distinct().ShouldBe(["migration", "roles", "partitions"]);
        _database.Sql("SELECT version, name FROM schema_migrations").ShouldBe(PostgresScript.All.Select(script => $"{script.Version}|{script.Name}"));
        Partitions().ShouldBe(["transactions_default", "transactions_y2026m11", "transactions_y2026m12"]);
        var before = Objects();
        _steps.Clear();

        Setup().ShouldBe(0);
        _steps.Select(step => step.Kind).ShouldBe(["roles"]);
        Objects().ShouldBe(before);
    }

    [Fact]
    public async Task Setups_at_once_come_out_as_one()
    {
        using var together = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var setup = PostgresSetup.Open(_database.Url, dryRun: false, _ => { });
                together.SignalAndWait(TestContext.Current.CancellationToken);
                var scripts = setup.Migrate();
                setup.Grant();
                setup.EnsurePartitions(November, November);
                return scripts;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        (await Task.WhenAll(threads)).Sum().ShouldBe(PostgresSetup.LatestVersion);
        Partitions().ShouldBe(["transactions_default", "transactions_y2026m11"]);
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        Setup();
        _database.Sql("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from the future')");
        var error = Should.Throw<StorageException>(() => Setup());
        error.Failure.ShouldBe(StorageFailure.NewerSchema);
        error.Message.ShouldContain("9999");
        error.Message.ShouldContain("newer");
    }

    [Fact]
    public void A_newer_schema_that_works_with_programs_of_this_one_is_accepted_and_left_alone()
    {
        Setup();
        _database.Sql($"INSERT INTO schema_migrations (version, name, works_with) VALUES ({PostgresSetup.LatestVersion + 1}, 'next', {PostgresSetup.LatestVersion})");
        Setup().ShouldBe(0);
        Store.Open(_database.UrlText).Dispose();
        _database.Sql($"INSERT INTO schema_migrations (version, name, works_with) VALUES ({PostgresSetup.LatestVersion + 2}, 'after', {PostgresSetup.LatestVersion + 1})");
        Should.Throw<StorageException>(() => Store.Open(_database.UrlText)).Failure.ShouldBe(StorageFailure.NewerSchema);
    }

    [Fact]
    public void A_dry_run_shows_the_statements_and_changes_nothing()
    {
        Setup(dryRun: true).ShouldBe(PostgresSetup.LatestVersion);
        _steps.Select(step => step.Kind).Distinct().ShouldBe(["migration", "roles", "partitions"]);
        _steps[0].Sql.ShouldContain("CREATE TABLE transactions (");
        _steps[^1].What.ShouldContain("transactions_y2026m11, transactions_y2026m12");
        Objects().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_shown_by_a_dry_run_does_what_the_setup_does()
    {
        using var other = PostgresServer.GetOrSkip().CreateDatabase();
        Setup(dryRun: true);
        foreach (var step in _steps)
            _database.Sql(step.Sql);
        using var setup = PostgresSetup.Open(other.Url, dryRun: false, _ => { });
        setup.Migrate();
        setup.EnsurePartitions(November, November.AddMonths(1));
        Objects().ShouldBe(Objects(other));
    }

    [Fact]
    public void An_empty_schema_is_taken_back_without_a_trace()
    {
        Setup();
        using var setup = PostgresSetup.Open(_database.Url, dryRun: false, _steps.Add);
        setup.Down(0);
        Objects().ShouldBeEmpty();
        setup.Version().ShouldBe(0);
        Setup().ShouldBe(PostgresSetup.LatestVersion);
    }

    [Theory]
    [InlineData("INSERT INTO positions VALUES ('a file', '12')", "positions")]
    [InlineData("INSERT INTO audit (at, actor, action, subject) VALUES (1, 'a', 'b', 'c')", "audit")]
    [InlineData("INSERT INTO transaction_ids VALUES ('t1', 1)", "transaction_ids")]
    public void A_schema_that_holds_something_is_not_taken_back(string insert, string table)
    {
        Setup();
        using var setup = PostgresSetup.Open(_database.Url, dryRun: false, _steps.Add);
        setup.Down(1);
        _database.Sql(insert);
        var before = Objects();
        Should.Throw<StorageException>(() => setup.Down(0)).Message.ShouldContain($"the table {table} has rows");
        Objects().ShouldBe(before);
    }

    [Fact]
    public void Labels_of_the_former_version_stay_and_their_notes_are_not_taken_back()
    {
        Setup();
        var former = PostgresScript.All.Single(script => script.Name.EndsWith("_label_notes", StringComparison.Ordinal)).Version - 1;
        using var setup = PostgresSetup.Open(_database.Url, dryRun: false, _steps.Add);
        setup.Down(former);
        _database.Sql("INSERT INTO labels (seq, is_fraud, source, observed_at, created_at, actor) VALUES (1, 1, 'api', 2, 3, 'ann')");
        setup.Migrate();
        _database.Sql("SELECT seq, is_fraud, source, observed_at, created_at, actor, note FROM labels").ShouldBe(["1|1|api|2|3|ann|"]);
        setup.Down(former);
        setup.Migrate();
        _database.Sql("UPDATE labels SET note = 'chargeback 4837'");
        Should.Throw<StorageException>(() => setup.Down(former)).Message.ShouldContain("labels have notes");
        _database.Sql("SELECT note FROM labels").ShouldBe(["chargeback 4837"]);
    }

    [Theory]
    [InlineData("CREATE TABLE transactions (id int)", "transactions")]
    [InlineData("CREATE TABLE schema_migrations (version text)", "schema_migrations")]
    public void Tables_of_another_program_are_left_alone_and_named(string create, string table)
    {
        _database.Sql("CREATE TABLE something_else (id int)");
        _database.Sql(create);
        var before = Objects();
        Should.Throw<StorageException>(() => Setup()).Message.ShouldContain($"has a table {table} that Vigil did not make");
        Objects().ShouldBe(before);
        _database.Sql($"DROP TABLE {table}");
        Setup().ShouldBe(PostgresSetup.LatestVersion);
    }

    [Fact]
    public void Tables_go_into_the_schema_that_the_URL_names()
    {
        _database.Sql("CREATE SCHEMA apart; CREATE TABLE transactions (id int)");
        var url = PostgresUrl.Parse(_database.UrlText + "?options=-csearch_path%3Dapart");
        using (var setup = PostgresSetup.Open(url, dryRun: false, _ => { }))
        {
            setup.Migrate();
            setup.EnsurePartitions(November, November);
        }

        _database.Sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").ShouldBe(["1"]);
        // Functions with rights of their own find their tables whatever the caller's path says.
        _database.Sql("SELECT apart.vigil_ensure_partitions('2026-12-01', '2026-12-01')").ShouldBe(["transactions_y2026m12"]);
        _database.Sql("SELECT count(*) FROM apart.transactions_y2026m12").ShouldBe(["0"]);
    }

    [Fact]
    public void A_database_without_the_tables_of_this_version_is_not_used()
    {
        using var connection = new Npgsql.NpgsqlConnection(_database.Url.ConnectionString);
        connection.Open();
        Should.Throw<StorageException>(() => PostgresSchema.Require(connection, _database.Url)).Message.ShouldContain("vigil setup-db");
        Setup();
        Should.NotThrow(() => PostgresSchema.Require(connection, _database.Url));
        _database.Sql($"DELETE FROM schema_migrations WHERE version = {PostgresSetup.LatestVersion}");
        Should.Throw<StorageException>(() => PostgresSchema.Require(connection, _database.Url)).Message.ShouldContain("vigil setup-db");
    }

    [Fact]
    public void A_database_that_cannot_hold_every_text_is_refused()
    {
        _database.AdminSql($"CREATE DATABASE {_database.Name}_latin OWNER {PostgresDatabase.Owner} ENCODING 'LATIN1' TEMPLATE template0");
        try
        {
            var url = PostgresUrl.Parse(_database.UrlText + "_latin");
            Should.Throw<StorageException>(() => PostgresSetup.Open(url, dryRun: false, _ => { })).Message.ShouldContain("ENCODING 'UTF8'");
        }
        finally
        {
            _database.AdminSql($"DROP DATABASE {_database.Name}_latin");
        }
    }

    public void Dispose() => _database.Dispose();

    private int Setup(bool dryRun = false)
    {
        using var setup = PostgresSetup.Open(_database.Url, dryRun, _steps.Add);
        var scripts = setup.Migrate();
        setup.Grant();
        setup.EnsurePartitions(November, November.AddMonths(1));
        return scripts;
    }

    private List<string> Partitions() =>
        _database.Sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'transactions'::regclass ORDER BY 1");

    private List<string> Objects() => Objects(_database);

    // Everything of the schema, with its definition as far as the catalog has one.
    private static List<string> Objects(PostgresDatabase database) => database.Sql(
        """
        SELECT relname::text || relkind::text || CASE WHEN relkind IN ('i', 'I') THEN pg_get_indexdef(oid) ELSE '' END
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull || attstorage::text
        FROM pg_attribute WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL
        SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1
        """);
}
