using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Detection.Kafka;
using Vigil.Storage.Sqlite;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;
using Vigil.Tests.Web.Caching;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;
using Vigil.Training.Reference;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Observe;

/// <summary>
/// <c>vigil api</c> and <c>vigil detect</c> on PostgreSQL and Kafka, a second instance of both that is a <c>vigil run</c> on
/// SQLite, and <see cref="Monitoring"/>. Each alert is made to fire by its cause, is delivered, and is resolved when the cause is over.
/// </summary>
[Collection(TakesItsTime.Name)]
public sealed class AlertFlowTests : IDisposable
{
    // What Vigil without drift, labels and rejected requests does not have.
    private static readonly string[] NotHere = ["drift_psi", "vigil_label_delay", "vigil_rule_missing", "vigil_rejected"];

    private const string Challenger = ModelRegistry.ChallengerAlias + "-damaged";

    private readonly TempFolder _folder = new();
    private int _number;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_fire_by_their_causes_are_delivered_and_are_resolved()
    {
        if (Environment.GetEnvironmentVariable("VIGIL_LONG") != "1")
            Assert.Skip("It takes three and a half minutes: VIGIL_LONG=1 runs it.");
        using var broker = KafkaBroker.StartOrSkip();
        using var database = PostgresServer.GetOrSkip().CreateMigratedDatabase();
        using var expiring = new ExpiringServer();
        await using var monitoring = new Monitoring();
        var settings = await broker.SettingsAsync();
        var ports = Enumerable.Range(0, 4).Select(_ => RedisServer.FreePort()).ToArray();
        var (apiPort, detectPort, runApiPort, runDetectPort) = (ports[0], ports[1], ports[2], ports[3]);
        var kafka = $"DATABASE_URL={database.UrlText}\nKAFKA_BOOTSTRAP_SERVERS={settings.BootstrapServers}\nKAFKA_TOPIC={settings.Topic}\n"
            + $"KAFKA_DLQ_TOPIC={settings.DeadLetterTopic}\nKAFKA_DECISIONS_TOPIC={settings.DecisionsTopic}\nKAFKA_GROUP={settings.Group}\n";
        var models = _folder.File("models");
        var apiFolder = Place("api", kafka + $"TLS_CHECK=127.0.0.1:{expiring.Port}\nDATABASE_SIZE_LIMIT_GB=1\n");
        var detectFolder = Place("detect", kafka + "DRIFT_INTERVAL=5s\n");
        string[] apiCommand = ["api", "--port", $"{apiPort}", "--models", models, "--features", "handbook"];
        // One by one, so that more can come than is decided.
        string[] detectCommand = ["detect", "--metrics-port", $"{detectPort}", "--models", models, "--batch", "1"];
        VigilProcess? api = null, detect = null;
        try
        {
            var run = VigilProcess.ServeAtAsync(Place("run", ""), runApiPort, runDetectPort, "--no-simulate");
            detect = VigilProcess.Start(detectFolder, detectCommand);
            api = await VigilProcess.ServeCommandAsync(apiFolder, apiCommand);
            using var client = api.Client();
            using var embedded = await run;
            await Eventually.TrueAsync(async () => await AnswersAsync($"http://127.0.0.1:{detectPort}/health/ready"), "the detector is ready");
            await monitoring.StartAsync([apiPort, runApiPort], [detectPort, runDetectPort]);

            // Nobody sends, nobody made a backup, and what .env says of certificate and disk.
            await monitoring.FiringAsync(["NoTransactionsProcessed", "BackupTooOld", "CertificateExpiring", "DatabaseFilling"]);

            // Payments that rules flag, many at once, and no model. A rule that blocks all of them. A message that is no
            // payment. A model that is damaged. A case that waits for a week. Another program that holds the database of the
            // second instance. A rule over a feature that the detector lacks.
            (await PublishAsync(client, 1, """{"name": "large", "rule": "review when amount >= 5000"}""",
                """{"name": "too_wide", "rule": "block when amount >= 5000", "breaker": {"share": 0.02, "window": "1h", "least": 20}}""")).ShouldBe(2);
            Poison(settings);
            Damaged(models);
            using var stuck = new SqliteLock(Path.Combine(_folder.File("run"), "data", "vigil.db"));
            using var stuckClient = embedded.Client();
            List<Task> refused = [];
            async Task FloodAsync()
            {
                // Each of the second instance waits until its database has not answered for long enough.
                refused.RemoveAll(post => post.IsCompleted);
                if (refused.Count < 8)
                    refused.Add(PostAsync(stuckClient, "12.50"));
                await PostAsync(client, "6200");
            }

            await monitoring.FiringAsync(["HighRiskFraudSpike", "AnomalyRateTooHigh", "DegradedDecisions", "DeadLetters", "ModelLoadFailures", "CircuitBreakerTripped"], FloodAsync);
            database.Sql("UPDATE transactions SET decided_at = decided_at - 7 * 86400000000 WHERE seq = 1");
            await PublishAsync(client, await InForceAsync(client), """{"name": "unknown", "rule": "review when merchant_risk_7d > 0.5"}""");
            await monitoring.FiringAsync(
                ["RulePublicationFailed", "CasesNotLookedAt", "APIHighErrorRate", "ErrorBudgetBurnFast", "TransactionProcessingErrors", "DecisionsNotStored"],
                FloodAsync);
            stuck.Dispose();
            await Task.WhenAll(refused);

            // Each is put right: a backup, rules, a model (an old one), verdicts; and payments that nothing is wrong with.
            await BackUpAsync(apiFolder);
            await PublishAsync(client, await InForceAsync(client), """{"name": "large", "rule": "review when amount >= 5000"}""");
            Promote(models, DateTime.UtcNow.AddDays(-200));
            database.Sql("UPDATE transactions SET status = 'DISMISSED' WHERE seq = 1");
            await monitoring.ResolvedAsync(
                [
                    "HighRiskFraudSpike", "AnomalyRateTooHigh", "NoTransactionsProcessed", "BackupTooOld", "DegradedDecisions", "DeadLetters", "ModelLoadFailures", "CircuitBreakerTripped",
                    "RulePublicationFailed", "CasesNotLookedAt", "APIHighErrorRate", "ErrorBudgetBurnFast", "TransactionProcessingErrors", "DecisionsNotStored",
                ],
                () => PostAsync(client, "12.50"));
            // Errors that are over for the short windows are not for the long ones.
            await monitoring.FiringAsync(["ErrorBudgetBurnSlow", "AnomalyRateTooLow", "ModelTooOld"], () => PostAsync(client, "12.50"));
            await EveryQueryAnswersAsync(monitoring);
            Promote(models, DateTime.UtcNow);

            // More comes than is decided: those who wait go on without a decision.
            for (var account = 0; account < KafkaBroker.Partitions; account++)
                KafkaBroker.Produce(settings, $"many-{account}", 0, 3_500);
            await monitoring.FiringAsync(
                ["TransactionVolumeSpike", "KafkaLagGrowing", "DecisionsLate", "FailPoliciesUsed", "APIHighLatency"],
                () => PostAsync(client, "12.50", "?deadline_ms=3000&fail_policy=review"));
            await monitoring.ResolvedAsync(["ModelTooOld", "KafkaLagGrowing", "DecisionsLate", "ErrorBudgetBurnSlow"]);

            // A model that was made of other payments than these, more of which were fraud, and a damaged one beside it; then
            // one that says nothing of what it was made of, alone.
            await LabelAsync(client, "many-0-0", isFraud: false);
            Challenge(models);
            Promote(models, DateTime.UtcNow, ReferenceOfOthers());
            await monitoring.FiringAsync(["FeatureDrift", "ScoreDrift", "LabelDrift", "ChallengerNotScored"]);
            new FolderRegistry(models).SetAlias(Challenger, null, Cancel);
            Promote(models, DateTime.UtcNow);
            await monitoring.ResolvedAsync(["FeatureDrift", "ScoreDrift", "LabelDrift", "ChallengerNotScored"]);

            // The brokers and the database go, and come back.
            broker.TakeAway();
            database.TakeAway();
            await monitoring.FiringAsync(["KafkaUnavailable", "DatabaseConnectionFailures"]);
            broker.BringBack();
            database.BringBack();
            await monitoring.ResolvedAsync(
                ["KafkaUnavailable", "DatabaseConnectionFailures", "TransactionVolumeSpike", "FailPoliciesUsed", "APIHighLatency", "AnomalyRateTooLow"]);

            // The second instance of both stops, and then the first: the guide's "Test Alert Flow".
            embedded.Terminate();
            await monitoring.FiringAsync(["APIInstanceDown", "DetectionInstanceDown"]);
            api.Terminate();
            detect.Terminate();
            await api.ExitAsync();
            await detect.ExitAsync();
            await monitoring.FiringAsync(["APIServiceDown", "DetectionServiceDown"]);
            Place("api", kafka);
            detect = VigilProcess.Start(detectFolder, detectCommand);
            api = await VigilProcess.ServeCommandAsync(apiFolder, apiCommand);
            await monitoring.ResolvedAsync(["APIServiceDown", "DetectionServiceDown", "CertificateExpiring", "DatabaseFilling"]);

            // Whom nobody hears is told of, once somebody listens again.
            await monitoring.StopAlertmanagerAsync();
            await monitoring.FiresInPrometheusAsync("PrometheusNotificationsFailing");
            await monitoring.StartAlertmanagerAsync();
            await monitoring.FiringAsync(["PrometheusNotificationsFailing"]);
            await monitoring.ResolvedAsync(["PrometheusNotificationsFailing"]);

            var shipped = Regex.Matches(Shipped.Text("deploy/prometheus/prometheus_alerts.yml"), @"- alert: (\w+)").Select(match => match.Groups[1].Value);
            monitoring.EverFired.ShouldBe(shipped.Order(StringComparer.Ordinal));
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine(monitoring.Journal);
            api?.Dispose();
            detect?.Dispose();
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Place(string name, string variables)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(folder, ".env"), $"METRICS_TOKEN={Monitoring.Token}\n{variables}");
        return folder;
    }

    /// <summary>Sends a payment; what becomes of it is for the alerts to say.</summary>
    private async Task PostAsync(HttpClient client, string amount, string query = "")
    {
        var number = Interlocked.Increment(ref _number);
        using var _ = await client.PostAsync("/api/v1/transactions" + query, VigilProcess.Json(Encoding.UTF8.GetBytes(TestApi.Transaction($"t{number}", amount))), Cancel);
    }

    private static async Task<int> PublishAsync(HttpClient client, int basedOn, params string[] rules)
    {
        var body = $$"""{"rule_set": {"name": "flow", "rules": [{{string.Join(", ", rules)}}]}, "note": "alerts", "based_on": {{basedOn}}}""";
        var answer = await Answer.OfAsync(client.PostAsync("/api/v1/rules/versions", VigilProcess.Json(Encoding.UTF8.GetBytes(body)), Cancel));
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Json.GetProperty("in_force").GetInt32();
    }

    private static async Task LabelAsync(HttpClient client, string transaction, bool isFraud)
    {
        var body = $$"""{"transaction_id": "{{transaction}}", "is_fraud": {{(isFraud ? "true" : "false")}}}""";
        var answer = await Answer.OfAsync(client.PostAsync("/api/v1/labels", VigilProcess.Json(Encoding.UTF8.GetBytes(body)), Cancel));
        answer.Status.ShouldBe(200, answer.Text);
    }

    private static async Task<int> InForceAsync(HttpClient client) =>
        (await Answer.OfAsync(client.GetAsync("/api/v1/rules", Cancel))).Json.GetProperty("version").GetInt32();

    private static async Task<bool> AnswersAsync(string url)
    {
        try
        {
            using var client = new HttpClient();
            using var answer = await client.GetAsync(url, Cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Poison(KafkaSettings settings)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = settings.BootstrapServers }).Build();
        producer.Produce(settings.Topic, new Message<byte[], byte[]> { Key = "acc-1"u8.ToArray(), Value = "{\"amount\": "u8.ToArray() });
        producer.Flush(Cancel);
    }

    /// <summary>Puts a version in charge whose file is cut off.</summary>
    private static void Damaged(string models)
    {
        Promote(models, DateTime.UtcNow);
        CutOff(models, 1);
    }

    /// <summary>Has such a version scored beside the one in charge.</summary>
    private static void Challenge(string models)
    {
        var version = Register(models, DateTime.UtcNow, null);
        CutOff(models, version);
        new FolderRegistry(models).SetAlias(Challenger, version, Cancel);
    }

    private static void CutOff(string models, int version)
    {
        var file = Path.Combine(models, $"{version}", ModelDirectory.ModelFileName);
        File.WriteAllText(file, File.ReadAllText(file)[..100]);
    }

    private static void Promote(string models, DateTime trainedAt, ModelReference? reference = null) =>
        new FolderRegistry(models).Promote(Register(models, trainedAt, reference), cancel: Cancel);

    /// <summary>Trains a small model of the default features, and says when that was.</summary>
    private static int Register(string models, DateTime trainedAt, ModelReference? reference)
    {
        var features = FeatureSets.Load("default");
        var columns = features.Features.Select(feature => feature.Name).ToList();
        var rows = new FeatureMatrix(columns, [.. Enumerable.Range(0, 200 * columns.Count).Select(i => (float)(i * 7919 % 101))]);
        var forest = IsolationForestTrainer.Train(rows, new IsolationOptions { Trees = 5, SampleSize = 32 });
        var card = new ModelCard(
            ModelKind.IsolationForest, features.Name, features.Version, features.Hash, "", Thresholds.Never, trainedAt, null, null, 200, 0,
            new Dictionary<string, double>(), new Dictionary<string, string>());
        KeyValuePair<string, ReadOnlyMemory<byte>>[] more = reference is null ? [] : [new(ModelDirectory.ReferenceFile, reference.ToJson())];
        return new FolderRegistry(models).Register(ModelDirectory.Of(forest, features, card, more: more), TrainingRun.Of(card), Cancel);
    }

    private static ModelReference ReferenceOfOthers()
    {
        var day = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        float[] values = [.. Enumerable.Range(0, 1_000).Select(i => 1e6f + i)];
        float[] scores = [.. Enumerable.Range(0, 1_000).Select(i => i / 1_000f)];
        return new ModelReference(
            day, day.AddDays(28), 1_000, 0.5, ScoreDistribution.Of(scores), ColumnReference.Of("score", scores),
            [.. FeatureSets.Load("default").Features.Select(feature => ColumnReference.Of(feature.Name, [.. values]))]);
    }

    private static async Task BackUpAsync(string folder)
    {
        var (exit, output) = await VigilProcess.RunAsync(folder, "backup", "--to", Path.Combine(folder, "backups"), "--unencrypted", "--no-models");
        exit.ShouldBe(0, output);
    }

    private static async Task EveryQueryAnswersAsync(Monitoring monitoring)
    {
        foreach (var name in new[] { "production", "models" })
        {
            foreach (var expression in Regex.Matches(Shipped.Text($"deploy/grafana/dashboards/{name}.json"), "\"expr\": (\".*\")").Select(match => JsonSerializer.Deserialize<string>(match.Groups[1].Value)!))
            {
                var rows = await monitoring.QueryAsync(expression);
                if (!NotHere.Any(part => expression.Contains(part, StringComparison.Ordinal)))
                    rows.ShouldBeGreaterThan(0, expression);
            }
        }
    }

    /// <summary>Another program's lock on a SQLite file.</summary>
    private sealed class SqliteLock : IDisposable
    {
        private readonly SqliteDatabase _database;
        private bool _open = true;

        public SqliteLock(string path)
        {
            _database = SqliteDatabase.Open(path);
            _database.Execute("BEGIN IMMEDIATE");
        }

        public void Dispose()
        {
            if (!_open)
                return;
            _open = false;
            _database.Execute("ROLLBACK");
            _database.Dispose();
        }
    }
}
