using Npgsql;
using Vigil.Storage;
using Vigil.Storage.Postgres;

namespace Vigil.Tests.Storage.Postgres;

public sealed class PostgresRoleTests : IDisposable
{
    private readonly PostgresDatabase _database = PostgresServer.GetOrSkip().CreateMigratedDatabase();

    public PostgresRoleTests()
    {
        _database.Sql(PostgresRows.Engine);
        _database.Sql(PostgresRows.Insert(1, "2026-11-22"));
    }

    [Theory]
    [InlineData("vigil_detector", "SELECT seq FROM log_head FOR UPDATE")]
    [InlineData("vigil_detector", "UPDATE log_head SET seq = 2")]
    [InlineData("vigil_detector", "INSERT INTO kafka_positions VALUES ('t', 0, 5); UPDATE kafka_positions SET next = 6 WHERE next = 5")]
    [InlineData("vigil_detector", "INSERT INTO positions VALUES ('f', '5') ON CONFLICT (name) DO UPDATE SET value = excluded.value")]
    [InlineData("vigil_detector", "INSERT INTO feature_sets VALUES ('h', 'n', 'v', 'c') ON CONFLICT DO NOTHING")]
    [InlineData("vigil_detector", "INSERT INTO rule_sets (version, name, hash, content, author, note, created_at, state) VALUES (1, '', '', '', '', '', 1, 'published'); INSERT INTO rule_publications (version, actor, reason, at) VALUES (1, '', '', 1) RETURNING id; SELECT lastval()")]
    [InlineData("vigil_detector", "INSERT INTO audit (at, actor, action, subject) VALUES (1, '', '', '')")]
    [InlineData("vigil_detector", "SELECT l.id, t.payload FROM labels l JOIN transactions t ON t.seq = l.seq")]
    [InlineData("vigil_detector", "SELECT * FROM list_changes, lists, rule_sets, engines, schema_migrations")]
    [InlineData("vigil_detector", "SELECT vigil_ensure_partitions('2027-01-01', '2027-01-01')")]
    [InlineData("vigil_detector", "SELECT vigil_ensure_entity_index('merchant_id')")]
    [InlineData("vigil_detector", "INSERT INTO challengers (alias, model_name, model_version, model_hash, policy) VALUES ('', '', '', '', ''); INSERT INTO challenger_scores VALUES (1, '2026-11-22', 1, 0.5); SELECT vigil_ensure_score_partitions('2027-01-01', '2027-01-01')")]
    [InlineData("vigil_api", "SELECT * FROM challengers, challenger_scores")]
    [InlineData("vigil_api", "SELECT seq FROM log_head FOR UPDATE")]
    [InlineData("vigil_api", "SELECT transaction_id, amount, ml_anomaly_score FROM transactions ORDER BY timestamp DESC LIMIT 5")]
    [InlineData("vigil_api", "UPDATE transactions SET status = 'FRAUD', is_fraud = 1 WHERE seq = 1")]
    [InlineData("vigil_api", "INSERT INTO labels (seq, is_fraud, source, observed_at, created_at, actor) VALUES (1, 1, '', 1, 1, ''); SELECT lastval()")]
    [InlineData("vigil_api", "INSERT INTO api_keys (name, hash, role, created_at) VALUES ('', '', '', 1); UPDATE api_keys SET revoked_at = 2")]
    [InlineData("vigil_api", "INSERT INTO lists (name, type, description, created_at, actor) VALUES ('l', 'ip', '', 1, ''); UPDATE lists SET description = 'd'; INSERT INTO list_changes (list_id, value, added, at, actor) SELECT id, '', 1, 1, '' FROM lists")]
    [InlineData("vigil_api", "INSERT INTO rule_sets (version, name, hash, content, author, note, created_at, state) VALUES (1, '', '', '', '', '', 1, 'pending'); UPDATE rule_sets SET state = 'rejected', reviewer = '', review_note = '', reviewed_at = 2")]
    [InlineData("vigil_api", "INSERT INTO backtests (request, state, progress, actor, created_at) VALUES ('', 'queued', 0, '', 1); UPDATE backtests SET state = 'running', progress = 0.5, started_at = 1")]
    [InlineData("vigil_readonly", "SELECT * FROM transactions, transaction_ids, labels, audit, rule_publications, backtests, kafka_positions")]
    public void A_role_may_do_its_work(string role, string sql) => Should.NotThrow(() => _database.SqlAs(role, sql));

    [Theory]
    [InlineData("vigil_detector", "DELETE FROM transactions")]
    [InlineData("vigil_detector", "UPDATE transactions SET outcome = 0")]
    [InlineData("vigil_detector", "UPDATE transactions SET status = 'DISMISSED'")]
    [InlineData("vigil_detector", "TRUNCATE transactions")]
    [InlineData("vigil_detector", "DROP TABLE transactions")]
    [InlineData("vigil_detector", "ALTER TABLE transactions ADD COLUMN x int")]
    [InlineData("vigil_detector", "CREATE TABLE x (id int)")]
    [InlineData("vigil_detector", "DELETE FROM kafka_positions")]
    [InlineData("vigil_detector", "UPDATE kafka_positions SET topic = ''")]
    [InlineData("vigil_detector", "SELECT * FROM api_keys")]
    [InlineData("vigil_detector", "INSERT INTO labels (seq, is_fraud, source, observed_at, created_at, actor) VALUES (1, 1, '', 1, 1, '')")]
    [InlineData("vigil_detector", "INSERT INTO list_changes (list_id, value, added, at, actor) VALUES (1, '', 1, 1, '')")]
    [InlineData("vigil_detector", "UPDATE audit SET actor = ''")]
    [InlineData("vigil_api", "INSERT INTO transactions (seq) VALUES (2)")]
    [InlineData("vigil_api", "INSERT INTO transaction_ids VALUES ('x', 2)")]
    [InlineData("vigil_api", "UPDATE transactions SET ml_anomaly_score = 0")]
    [InlineData("vigil_api", "DELETE FROM transactions")]
    [InlineData("vigil_api", "UPDATE log_head SET seq = 2")]
    [InlineData("vigil_api", "UPDATE labels SET is_fraud = 0")]
    [InlineData("vigil_api", "DELETE FROM audit")]
    [InlineData("vigil_api", "UPDATE audit SET actor = ''")]
    [InlineData("vigil_api", "UPDATE api_keys SET role = 'admin'")]
    [InlineData("vigil_api", "UPDATE rule_sets SET content = ''")]
    [InlineData("vigil_api", "UPDATE kafka_positions SET next = 0")]
    [InlineData("vigil_api", "SELECT vigil_ensure_partitions('2027-01-01', '2027-01-01')")]
    [InlineData("vigil_api", "INSERT INTO challenger_scores VALUES (1, '2026-11-22', 1, 0.5)")]
    [InlineData("vigil_detector", "DELETE FROM challenger_scores")]
    [InlineData("vigil_readonly", "SELECT * FROM api_keys")]
    [InlineData("vigil_readonly", "SELECT seq FROM log_head FOR UPDATE")]
    [InlineData("vigil_readonly", "UPDATE transactions SET status = 'FRAUD'")]
    [InlineData("vigil_readonly", "INSERT INTO audit (at, actor, action, subject) VALUES (1, '', '', '')")]
    [InlineData("vigil_readonly", "SELECT vigil_ensure_entity_index('merchant_id')")]
    public void A_role_may_do_no_more(string role, string sql) =>
        Should.Throw<PostgresException>(() => _database.SqlAs(role, sql)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public void A_detector_inserts_into_partitions_through_the_table_alone()
    {
        _database.SqlAs("vigil_detector", PostgresRows.Insert(2, "2026-11-22"));
        _database.SqlAs("vigil_detector", PostgresRows.Insert(3, "2031-01-01"));
        Should.Throw<PostgresException>(() => _database.SqlAs("vigil_detector", "SELECT * FROM transactions_default"))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public void Roles_that_cannot_be_made_are_named_and_everything_else_is_done()
    {
        // Roles belong to the server, so the case is made by hiding one from the setup's own question: it asks pg_roles.
        using var database = PostgresServer.GetOrSkip().CreateDatabase();
        database.Sql(
            """
            CREATE SCHEMA shadow;
            CREATE VIEW shadow.pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'vigil\_%'
            """);
        var steps = new List<SetupStep>();
        var url = PostgresUrl.Parse(database.UrlText + "?options=-csearch_path%3Dpublic,shadow,pg_catalog");
        using var setup = PostgresSetup.Open(url, dryRun: false, steps.Add);
        setup.Migrate().ShouldBe(PostgresSetup.LatestVersion);
        setup.Grant();
        steps[^1].What.ShouldContain("skipped");
        steps[^1].What.ShouldContain("CREATE ROLE vigil_api NOLOGIN;");
    }

    public void Dispose() => _database.Dispose();
}
