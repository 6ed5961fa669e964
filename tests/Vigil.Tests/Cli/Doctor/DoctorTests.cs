using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Doctor;
using Vigil.Storage;
using Vigil.Storage.Lifecycle;
using Vigil.Storage.Sqlite;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;
using Vigil.Tests.Web.Caching;

namespace Vigil.Tests.Cli.Doctor;

public sealed class DoctorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal)
    {
        ["API_PORT"] = "0",
        ["PROMETHEUS_PORT"] = "0",
        ["AZURE_API_KEY"] = "a-key-of-tests-that-is-long-enough",
    };

    private string DatabaseFile => _folder.File("data/vigil.db");

    [Fact]
    public async Task A_new_folder_is_fine_and_stays_empty()
    {
        var report = await ExamineAsync();
        report.Findings.ShouldAllBe(finding => finding.Status != FindingStatus.Fail);
        Directory.EnumerateFileSystemEntries(_folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_in_use_is_fine_and_unchanged()
    {
        using (var store = OpenStore())
            KnownEngines.RulesInForce(store);
        var report = await ExamineAsync();
        foreach (var name in new[] { "database.reachable", "database.schema", "database.writable", "engine.rules", "files.data_folder", "files.disk" })
            Of(report, name).Status.ShouldBe(FindingStatus.Ok, Of(report, name).Found);
        Of(report, "engine.rules").Found.ShouldContain("version 1, ");
        Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'vigil_doctor'").ShouldBe(0);
    }

    [Theory]
    [InlineData("DATABASE_URL", "mysql://u:hunter2@h/d", "configuration.database", "Fail", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2@h:x/d", "configuration.database", "Fail", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/d", "database.reachable", "Fail", "cannot be reached")]
    [InlineData("API_PORT", "http", "configuration.api", "Fail", "API_PORT")]
    [InlineData("API_HOST", "everywhere", "configuration.api", "Fail", "API_HOST")]
    [InlineData("FRONTEND_ORIGIN", "*", "configuration.api", "Fail", "FRONTEND_ORIGIN")]
    [InlineData("PROMETHEUS_PORT", "70000", "configuration.metrics", "Fail", "PROMETHEUS_PORT")]
    [InlineData("AZURE_API_KEY", null, "configuration.api_key", "Warn", "AZURE_API_KEY is not set")]
    [InlineData("AZURE_API_KEY", "hunter2", "configuration.api_key", "Warn", "can be guessed")]
    [InlineData("ENVIRONMENT", "prod", "configuration.environment", "Warn", "ENVIRONMENT is prod")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "nowhere:port", "configuration.kafka", "Fail", "KAFKA_BOOTSTRAP_SERVERS")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", "kafka.reachable", "Fail", "no broker")]
    [InlineData("REDIS_URL", "redis://:hunter2@h/x", "configuration.redis", "Fail", "REDIS_URL")]
    [InlineData("REDIS_URL", "redis://:hunter2@127.0.0.1:1", "redis.reachable", "Fail", "cannot be reached")]
    public async Task A_wrong_setting_is_named_without_secrets_and_hides_nothing_else(
        string variable, string? value, string name, string status, string found)
    {
        if (value is null)
            _variables.Remove(variable);
        else
            _variables[variable] = value;
        var report = await ExamineAsync();
        var finding = Of(report, name);
        finding.Status.ToString().ShouldBe(status);
        (finding.Found + finding.Do).ShouldContain(found);
        JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport).ShouldNotContain("hunter2");
        foreach (var check in new[] { "configuration", "files", "ports", "database", "engine", "kafka", "redis" })
            report.Findings.ShouldContain(other => other.Name.StartsWith(check, StringComparison.Ordinal));
        report.Findings.ShouldAllBe(other => !other.Found.Contains("check itself failed"));
    }

    [Fact]
    public async Task A_database_of_a_newer_vigil_or_of_another_program_is_told()
    {
        OpenStore().Dispose();
        Execute("INSERT INTO schema_migrations (version, name) VALUES (999, 'future')");
        Of(await ExamineAsync(), "database.schema").Found.ShouldContain("999");
        Execute("DROP TABLE schema_migrations");
        var finding = Of(await ExamineAsync(), "database.schema");
        finding.Status.ShouldBe(FindingStatus.Fail);
        finding.Found.ShouldContain("another program");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told()
    {
        Directory.CreateDirectory(_folder.File("data"));
        await File.WriteAllTextAsync(DatabaseFile, new string('x', 10_000), TestContext.Current.CancellationToken);
        var report = await ExamineAsync();
        report.Status.ShouldBe(FindingStatus.Fail);
        report.Findings.ShouldContain(finding => finding.Name.StartsWith("database.", StringComparison.Ordinal) && finding.Status == FindingStatus.Fail);
        Of(report, "engine.rules").Status.ShouldBe(FindingStatus.Skipped);
    }

    [Fact]
    public async Task A_disk_that_takes_no_writes_is_told()
    {
        _folder.MountOrSkip("10m");
        using (var store = OpenStore())
            KnownEngines.RulesInForce(store);
        _folder.MakeReadOnly();
        var report = await ExamineAsync();
        Of(report, "files.data_folder").Status.ShouldBe(FindingStatus.Fail);
        Of(report, "files.disk").Status.ShouldBe(FindingStatus.Fail, "10 MB are as good as full");
        report.Findings.ShouldContain(finding => finding.Name.StartsWith("database.", StringComparison.Ordinal) && finding.Status == FindingStatus.Fail);
    }

    [Theory]
    [InlineData(100_000_000, 1_000_000_000, "Fail")]
    [InlineData(1_000_000_000, 10_000_000_000, "Warn")]
    [InlineData(40_000_000_000, 1_000_000_000_000, "Warn")]
    [InlineData(200_000_000_000, 1_000_000_000_000, "Ok")]
    public void Room_on_the_disk_is_judged(long free, long size, string status) =>
        FileChecks.Disk("/data", free, size).Status.ToString().ShouldBe(status);

    [Theory]
    [InlineData(0.2, 0.01, "Ok")]
    [InlineData(-0.9, 0.01, "Ok")]
    [InlineData(1.2, 0.01, "Warn")]
    [InlineData(-30, 0.01, "Warn")]
    [InlineData(1.2, 0.5, "Ok")]
    public void A_clock_more_than_a_second_away_is_told(double ahead, double uncertainty, string status) =>
        DoctorTarget.Clock(TimeSpan.FromSeconds(ahead), TimeSpan.FromSeconds(uncertainty)).Status.ToString().ShouldBe(status);

    [Fact]
    public async Task Secrets_that_others_can_read_are_told()
    {
        var file = _folder.File(".env");
        await File.WriteAllTextAsync(file, "AZURE_API_KEY=secret\n", TestContext.Current.CancellationToken);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes");
            return;
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var finding = Of(await ExamineAsync(), "files.env_file");
        finding.Status.ShouldBe(FindingStatus.Warn);
        finding.Do.ShouldBe($"chmod 600 {file}");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Of(await ExamineAsync(), "files.env_file").Status.ShouldBe(FindingStatus.Ok);
    }

    [Fact]
    public async Task A_port_that_another_program_holds_is_told_and_a_vigil_that_runs_is_fine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _variables["PROMETHEUS_PORT"] = $"{((IPEndPoint)other.LocalEndpoint).Port}";
        await using var api = await TestApi.StartAsync();
        _variables["API_PORT"] = $"{api.Address.Port}";
        var report = await ExamineAsync();
        Of(report, "ports.metrics").Status.ShouldBe(FindingStatus.Fail);
        Of(report, "ports.api").Status.ShouldBe(FindingStatus.Ok);
        Of(report, "ports.api").Found.ShouldContain("a Vigil that runs");
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_is_told_and_the_rules_are_looked_at_all_the_same()
    {
        using (var store = OpenStore())
            KnownEngines.RulesInForce(store);
        var models = Directory.CreateDirectory(_folder.File("data/models")).FullName;
        await File.WriteAllTextAsync(Path.Combine(models, "champion"), "7", TestContext.Current.CancellationToken);
        var report = await ExamineAsync();
        Of(report, "engine.model").Status.ShouldBe(FindingStatus.Fail);
        Of(report, "engine.model").Found.ShouldContain("names version 7, which is not there");
        Of(report, "engine.rules").Status.ShouldBe(FindingStatus.Ok);
    }

    [Fact]
    public async Task Rules_that_do_not_compile_are_told()
    {
        using (var store = OpenStore())
            KnownEngines.RulesInForce(store);
        Execute("UPDATE rule_sets SET content = replace(content, 'amount', 'no_such_field')");
        Of(await ExamineAsync(), "engine.rules").Status.ShouldBe(FindingStatus.Fail);
    }

    [Fact]
    public async Task Redis_is_looked_at()
    {
        await using var redis = await RedisServer.StartOrSkipAsync("--requirepass", "hunter2", "--maxmemory", "100mb", "--maxmemory-policy", "noeviction");
        _variables["REDIS_URL"] = $"redis://:hunter2@127.0.0.1:{redis.Port}";
        var report = await ExamineAsync();
        foreach (var name in new[] { "redis.reachable", "redis.speed", "redis.server", "redis.clock" })
            Of(report, name).Status.ShouldBe(FindingStatus.Ok, Of(report, name).Found);
        Of(report, "redis.memory").Status.ShouldBe(FindingStatus.Warn);

        _variables["REDIS_URL"] = $"redis://:wrong@127.0.0.1:{redis.Port}";
        Of(await ExamineAsync(), "redis.reachable").Found.ShouldContain("refused the password");
        redis.Pause();
        Of(await ExamineAsync(), "redis.reachable").Found.ShouldContain("did not answer in time");
    }

    [Fact]
    public async Task Kafka_is_looked_at()
    {
        using var kafka = KafkaBroker.StartOrSkip();
        var settings = await kafka.SettingsAsync();
        foreach (var (name, value) in new[]
        {
            ("KAFKA_BOOTSTRAP_SERVERS", kafka.Servers), ("KAFKA_TOPIC", settings.Topic), ("KAFKA_GROUP", settings.Group),
            ("KAFKA_DLQ_TOPIC", settings.DeadLetterTopic), ("KAFKA_DECISIONS_TOPIC", settings.DecisionsTopic),
        })
            _variables[name] = value;
        KafkaBroker.Produce(settings, "A", 0, 5);
        KafkaBroker.Produce(settings.Named(settings.DeadLetterTopic, "g", "d", "e"), "A", 0, 2);
        var report = await ExamineAsync();
        Of(report, "kafka.reachable").Status.ShouldBe(FindingStatus.Ok);
        Of(report, "kafka.topic").Found.ShouldContain($"{KafkaBroker.Partitions} partitions");
        Of(report, "kafka.lag").Found.ShouldStartWith("5 messages behind");
        Of(report, "kafka.dead_letters").Status.ShouldBe(FindingStatus.Warn);
        Of(report, "kafka.dead_letters").Found.ShouldStartWith("2 messages");

        _variables["KAFKA_DECISIONS_TOPIC"] = "no-such-topic";
        var missing = Of(await ExamineAsync(), "kafka.decisions_topic");
        missing.Status.ShouldBe(FindingStatus.Fail);
        missing.Do!.ShouldContain("no-such-topic");
        if (!kafka.IsReal)
            return;
        Of(report, "kafka.topic.retention").Status.ShouldBe(FindingStatus.Ok);
        Of(report, "kafka.detectors").Status.ShouldBe(FindingStatus.Warn);
        Of(report, "kafka.clock").Status.ShouldBe(FindingStatus.Ok);
    }

    [Fact]
    public async Task Postgres_is_looked_at()
    {
        using var empty = PostgresServer.GetOrSkip().CreateDatabase();
        _variables["DATABASE_URL"] = empty.UrlText;
        var report = await ExamineAsync();
        Of(report, "database.reachable").Status.ShouldBe(FindingStatus.Ok);
        Of(report, "database.schema").Status.ShouldBe(FindingStatus.Fail);
        Of(report, "database.schema").Do.ShouldBe("make them: vigil setup-db");
        Of(report, "engine.rules").Status.ShouldBe(FindingStatus.Skipped);

        using var database = PostgresServer.GetOrSkip().CreateMigratedDatabase();
        _variables["DATABASE_URL"] = database.UrlText;
        var today = DateTime.UtcNow;
        database.Sql($"SELECT vigil_ensure_partitions('{today:yyyy-MM-dd}', '{today.AddMonths(1):yyyy-MM-dd}')");
        report = await ExamineAsync();
        foreach (var name in new[] { "reachable", "server", "schema", "writable", "rights", "tls", "connections", "partitions", "default_partition", "clock" })
            Of(report, $"database.{name}").Status.ShouldBe(FindingStatus.Ok, Of(report, $"database.{name}").Found);
        Of(report, "database.reachable").Found.ShouldNotContain("secure-password-here");

        database.Sql($"DROP TABLE transactions_y{today.AddMonths(1):yyyy}m{today.AddMonths(1):MM}");
        Of(await ExamineAsync(), "database.partitions").Status.ShouldBe(FindingStatus.Warn);
        database.Sql($"DROP TABLE transactions_y{today:yyyy}m{today:MM}");
        Of(await ExamineAsync(), "database.partitions").Status.ShouldBe(FindingStatus.Fail);
        database.Sql($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        Of(await ExamineAsync(), "database.writable").Status.ShouldBe(FindingStatus.Fail);

        _variables["DATABASE_URL"] = database.UrlText.Replace("secure-password-here", "hunter2", StringComparison.Ordinal);
        var refused = Of(await ExamineAsync(), "database.reachable");
        refused.Status.ShouldBe(FindingStatus.Fail);
        refused.Found.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_check_that_hangs_or_breaks_takes_nothing_from_the_others()
    {
        using var never = new ManualResetEventSlim();
        var report = await Examination.RunAsync(
            [
                new Check("hangs", findings =>
                {
                    findings.Add(Finding.Ok("hangs.before", "found"));
                    never.Wait(CancellationToken.None);
                    return Task.CompletedTask;
                }),
                new Check("breaks", _ => throw new InvalidOperationException("a defect")),
                new Check("works", findings =>
                {
                    findings.Add(Finding.Ok("works", "fine"));
                    return Task.CompletedTask;
                }),
            ],
            TimeSpan.FromMilliseconds(300));
        never.Set();
        report.Findings.Select(finding => $"{finding.Name} {finding.Status}")
            .ShouldBe(["hangs.before Ok", "hangs Fail", "breaks Fail", "works Ok"]);
        report.Status.ShouldBe(FindingStatus.Fail);
    }

    [Fact]
    public async Task What_is_wrong_with_the_record_is_found()
    {
        Directory.CreateDirectory(_folder.File("data"));
        using (var store = OpenStore())
        {
            KnownEngines.RulesInForce(store);
            store.Holds.Place(new Hold(0, HoldKind.Time, null, 1, 2, "court", 1, "ann", null, null, null));
        }

        var report = await ExamineAsync();
        foreach (var (name, status) in new[] { ("backup", "Skipped"), ("audit", "Ok"), ("growth", "Skipped"), ("archives", "Skipped"), ("policy", "Ok"), ("erasures", "Skipped") })
            $"{Of(report, $"record.{name}").Status}".ShouldBe(status, Of(report, $"record.{name}").Found);

        Execute(
            """
            DROP TRIGGER audit_unchanged;
            UPDATE audit SET actor = 'eve' WHERE id = (SELECT max(id) FROM audit);
            INSERT INTO archives VALUES (1, '2020-01', 'archived', 1577836800000000, 1580515200000000, 1, 9, 9, 1, 1, 1, 'ann');
            INSERT INTO erasures VALUES (1, 'erased-1', x'00', x'00', 'r', 1, 1, 'ann');
            """);
        report = await ExamineAsync();
        Of(report, "record.audit").Found.ShouldContain("entry");
        Of(report, "record.archives").Found.ShouldContain("2020-01");
        Of(report, "record.erasures").Found.ShouldContain("erasures.ndjson");
        foreach (var name in new[] { "record.audit", "record.archives", "record.erasures" })
        {
            Of(report, name).Status.ShouldBe(FindingStatus.Fail, Of(report, name).Found);
            Of(report, name).Do!.ShouldContain("vigil");
        }
    }

    [Fact]
    public void Ages_and_room_are_judged()
    {
        RecordChecks.Backup(26 * 3_600, 1, 1).Status.ShouldBe(FindingStatus.Ok);
        RecordChecks.Backup(26 * 3_600 + 1, 1, 1).Status.ShouldBe(FindingStatus.Warn);
        RecordChecks.Backup(null, 0, 1).Status.ShouldBe(FindingStatus.Warn);
        // 100 bytes each, 1 a day: 100 bytes a day.
        RecordChecks.Growth(1_000, 10, 7, 3_000).Status.ShouldBe(FindingStatus.Ok);
        RecordChecks.Growth(1_000, 10, 7, 2_999).Status.ShouldBe(FindingStatus.Warn);
        RecordChecks.Growth(1_000, 10, 7, 299).Status.ShouldBe(FindingStatus.Fail);
        RecordChecks.Growth(1_000, 10, 0, 1).Status.ShouldBe(FindingStatus.Ok);
        RecordChecks.Growth(1_000, 10, 7, null).Found.ShouldContain("DATABASE_SIZE_LIMIT_GB");
        var now = new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc);
        CertificateChecks.Until(now.AddDays(14), now).Status.ShouldBe(FindingStatus.Ok);
        CertificateChecks.Until(now.AddDays(13.9), now).Status.ShouldBe(FindingStatus.Warn);
        CertificateChecks.Until(now, now).Status.ShouldBe(FindingStatus.Fail);
        EngineChecks.Age(now.AddDays(-90), now).Status.ShouldBe(FindingStatus.Ok);
        EngineChecks.Age(now.AddDays(-90.1), now).Status.ShouldBe(FindingStatus.Warn);
        var hold = new Hold(4, HoldKind.Account, "C1", null, null, "court", 1, "ann", null, null, null);
        RecordChecks.Policy([new MonthPlan(new DateOnly(2025, 1, 1), 5, [], LifecycleStep.Archive, [hold])]).Found.ShouldContain("hold 4");
        RecordChecks.Policy([new MonthPlan(new DateOnly(2025, 1, 1), 5, [], LifecycleStep.Archive, [])]).Do.ShouldBe("vigil lifecycle archive");
        RecordChecks.Policy([new MonthPlan(new DateOnly(2025, 1, 1), 0, [], LifecycleStep.Keep, [])]).Status.ShouldBe(FindingStatus.Ok);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_looked_at_is_said()
    {
        _variables["TLS_CHECK"] = "127.0.0.1:1";
        Of(await ExamineAsync(), "certificates.127.0.0.1:1").Status.ShouldBe(FindingStatus.Fail);
        _variables["TLS_CHECK"] = "nowhere";
        Of(await ExamineAsync(), "certificates").Found.ShouldContain("TLS_CHECK");
    }

    [Fact]
    public async Task The_exit_code_says_whether_something_is_wrong_and_json_says_what()
    {
        await File.WriteAllTextAsync(_folder.File(".env"), "API_PORT=0\nPROMETHEUS_PORT=0\n", TestContext.Current.CancellationToken);
        var (code, output) = await VigilProcess.RunAsync(_folder.Root, "doctor", "--json");
        code.ShouldBe(ExitCode.Ok, output);
        var report = JsonElement.Parse(output);
        report.GetProperty("status").GetString().ShouldBeOneOf("ok", "warn");
        report.GetProperty("findings")[0].EnumerateObject().Select(property => property.Name).ShouldBe(["name", "status", "found", "do"]);

        await File.WriteAllTextAsync(_folder.File(".env"), "API_PORT=0\nthis is no setting\n", TestContext.Current.CancellationToken);
        (code, output) = await VigilProcess.RunAsync(_folder.Root, "doctor");
        code.ShouldBe(ExitCode.Incomplete, output);
        output.ShouldContain("line 2");
        output.ShouldContain("database");
    }

    public void Dispose() => _folder.Dispose();

    private static Finding Of(DoctorReport report, string name) => report.Findings.Where(finding => finding.Name == name).ShouldHaveSingleItem(
        string.Join('\n', report.Findings));

    private Task<DoctorReport> ExamineAsync()
    {
        var database = _variables.ContainsKey("DATABASE_URL") ? null : DatabaseFile;
        var target = new DoctorTarget(
            name => _variables.GetValueOrDefault(name), _folder.File(".env"), database, null, TimeProvider.System)
        {
            Kafka = [.. _variables.Where(variable => variable.Key.StartsWith("KAFKA_", StringComparison.Ordinal))],
        };
        return Vigil.Cli.Host.Doctor.Doctor.ExamineAsync(target, Patience);
    }

    private Store OpenStore()
    {
        Directory.CreateDirectory(_folder.File("data"));
        return Store.Open(DatabaseFile);
    }

    private void Execute(string sql)
    {
        using var database = SqliteDatabase.Open(DatabaseFile);
        database.Execute(sql);
    }

    private long? Scalar(string sql)
    {
        using var database = SqliteDatabase.Open(DatabaseFile);
        return database.Scalar(sql);
    }
}
