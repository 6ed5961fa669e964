using System.Diagnostics;
using System.Text.RegularExpressions;
using Vigil.Detection.Kafka;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Training.Comparison;
using Vigil.Tests.Web;
using Vigil.Tests.Web.Caching;
using Vigil.Training.Registry;

namespace Vigil.Tests.Cli.Models;

/// <summary>
/// Two detectors and the API, on Kafka and PostgreSQL, with one registry. Each detector has a topic of its own, so that it is
/// known which has decided: the mock cluster shares out no partitions.
/// </summary>
public sealed class RollbackTests : IDisposable
{
    private const int Payments = 8;

    private readonly TempFolder _folder = new();
    private int _number;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rollback_reaches_every_instance_and_what_each_decides_from_then_on_names_the_former_version()
    {
        using var broker = KafkaBroker.StartOrSkip();
        using var database = PostgresServer.GetOrSkip().CreateMigratedDatabase();
        KafkaSettings[] settings = [await broker.SettingsAsync(), await broker.SettingsAsync()];
        var registry = new FolderRegistry(_folder.File("models"));
        for (var rounds = 1; rounds <= 2; rounds++)
        {
            var made = TestVersions.Make(1, rounds);
            registry.Register(made.Directory, TrainingRun.Of(made.Card), Cancel);
        }

        registry.Promote(1, cancel: Cancel);
        int[] ports = [RedisServer.FreePort(), RedisServer.FreePort()];
        var folders = settings.Select(s => Place(database, s)).ToArray();
        var detectors = ports.Select((port, i) => VigilProcess.Start(folders[i], "detect", "--metrics-port", $"{port}", "--models", registry.Place)).ToList();
        try
        {
            using var api = await VigilProcess.ServeApiAsync(folders[0], "--models", registry.Place);
            using var client = api.Client();
            foreach (var version in new[] { 1, 2 })
            {
                registry.Promote(version, cancel: Cancel);
                await ServedAsync(ports, client, version);
                (await DecideAsync(database, settings)).ShouldBe([$"0|{version}", $"1|{version}"]);
            }

            var (exit, output) = await VigilProcess.RunAsync(folders[0], "models", "rollback", "--models", registry.Place);
            exit.ShouldBe(0, output);
            var rolledBack = Stopwatch.GetTimestamp();
            await ServedAsync(ports, client, 1);
            TestContext.Current.TestOutputHelper?.WriteLine($"served by all {Stopwatch.GetElapsedTime(rolledBack).TotalSeconds:0.0} s after the command");
            (await DecideAsync(database, settings)).ShouldBe(["0|1", "1|1"]);
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Place(PostgresDatabase database, KafkaSettings settings)
    {
        var folder = Directory.CreateDirectory(_folder.File(settings.Topic)).FullName;
        File.WriteAllText(
            Path.Combine(folder, ".env"),
            $"DATABASE_URL={database.UrlText}\nKAFKA_BOOTSTRAP_SERVERS={settings.BootstrapServers}\nKAFKA_TOPIC={settings.Topic}\n"
            + $"KAFKA_DLQ_TOPIC={settings.DeadLetterTopic}\nKAFKA_DECISIONS_TOPIC={settings.DecisionsTopic}\nKAFKA_GROUP={settings.Group}\n");
        return folder;
    }

    /// <summary>Has each detector decide some payments.</summary>
    /// <returns>Which detector decided by which version of the model, each pair once.</returns>
    private async Task<List<string>> DecideAsync(PostgresDatabase database, KafkaSettings[] settings)
    {
        var number = ++_number;
        for (var i = 0; i < settings.Length; i++)
            KafkaBroker.Produce(settings[i], $"{i}-{number}", 0, Payments);
        await Eventually.TrueAsync(
            () => database.Sql($"SELECT count(*) FROM transactions WHERE account_id LIKE '_-{number}'")[0] == $"{settings.Length * Payments}", "all are decided");
        return database.Sql(
            $"SELECT DISTINCT substr(account_id, 1, 1), e.model_version FROM transactions t JOIN engines e ON e.id = t.engine_id WHERE account_id LIKE '_-{number}' ORDER BY 1, 2");
    }

    /// <summary>Waits until both detectors decide by a version and the API says that it is in charge.</summary>
    private static async Task ServedAsync(int[] ports, HttpClient client, int version)
    {
        foreach (var port in ports)
        {
            await Eventually.TrueAsync(
                async () => Regex.IsMatch(await MetricsAsync(port), $@"\nvigil_model_info\{{[^}}]*version=""{version}"""), $"version {version} is served at port {port}");
        }

        await Eventually.TrueAsync(
            async () => await Answer.OfAsync(client.GetAsync("/api/v1/models", Cancel)) is { Status: 200 } answer
                && answer.Json.GetProperty("data").EnumerateArray().Any(v => v.GetProperty("in_charge").GetBoolean() && v.GetProperty("version").GetInt32() == version),
            $"the API says that version {version} is in charge");
    }

    /// <summary>Empty while nobody serves them.</summary>
    private static async Task<string> MetricsAsync(int port)
    {
        using var client = new HttpClient();
        try
        {
            return await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancel);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }
}
