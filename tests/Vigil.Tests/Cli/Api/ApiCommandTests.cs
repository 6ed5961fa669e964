using System.Text;
using Vigil.Storage;
using Vigil.Tests.Detection.Kafka;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;

namespace Vigil.Tests.Cli.Api;

/// <summary><c>vigil api</c>, as an operator starts it.</summary>
public sealed class ApiCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task It_has_transactions_decided_by_the_detectors_and_ends_in_order()
    {
        using var broker = KafkaBroker.StartOrSkip();
        var settings = await broker.SettingsAsync();
        File.WriteAllText(_folder.File(".env"), $"KAFKA_DECISIONS_TOPIC={settings.DecisionsTopic}\nAPI_DECISION_DEADLINE_MS=30000\n");
        using var store = Store.Open(_folder.File("vigil.db"));
        using var detector = new FakeDetector(settings, store);
        using var vigil = await VigilProcess.ServeApiAsync(
            _folder.Root, "--database", "vigil.db", "--bootstrap-servers", settings.BootstrapServers, "--topic", settings.Topic);
        using var client = vigil.Client();
        await KafkaApi.UntilAsync(() => GetAsync(client, "/health/ready"), answer => answer.Status == 200);
        using var content = new StringContent(TestApi.Transaction("tx-1", "6000"), Encoding.UTF8, "application/json");
        var answer = await Answer.OfAsync(client.PostAsync("/api/v1/transactions", content, TestContext.Current.CancellationToken));
        (answer.Status, answer.Json.GetProperty("outcome").GetString()).ShouldBe((200, "review"), answer.Text);
        (await GetAsync(client, "/metrics")).Text.ShouldContain("vigil_decision_wait_seconds_count{result=\"decided\"} 1");
        vigil.Terminate();
        (await vigil.ExitAsync()).ShouldBe(0, vigil.Output);
    }

    [Fact]
    public async Task Without_Kafka_it_serves_everything_but_decisions_and_says_what_to_set()
    {
        using var vigil = await VigilProcess.ServeApiAsync(_folder.Root);
        using var client = vigil.Client();
        using var content = new StringContent(TestApi.Transaction("tx-1"), Encoding.UTF8, "application/json");
        var refused = await Answer.OfAsync(client.PostAsync("/api/v1/transactions", content, TestContext.Current.CancellationToken));
        refused.ShouldBeProblem(503, "unavailable").Text.ShouldContain("set KAFKA_BOOTSTRAP_SERVERS");
        (await GetAsync(client, "/health/ready")).Text.ShouldBe("""{"status":"ready","checks":{"database":"ok"}}""");
        (await GetAsync(client, "/api/v1/anomalies")).Status.ShouldBe(200);

        using var rules = new StringContent(
            """{"rule_set": {"name": "mine", "rules": [{"name": "high", "rule": "review when amount >= 10"}]}, "note": "try", "based_on": 1}""",
            Encoding.UTF8, "application/json");
        var published = await Answer.OfAsync(client.PostAsync("/api/v1/rules/versions", rules, TestContext.Current.CancellationToken));
        (published.Status, published.Json.GetProperty("in_force").GetInt32()).ShouldBe((201, 2), published.Text);
        var deciding = await KafkaApi.UntilAsync(
            () => GetAsync(client, "/api/v1/rules"), answer => answer.Json.GetProperty("deciding_version").ToString() == "2");
        deciding.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_is_refused_at_the_start()
    {
        File.WriteAllText(_folder.File(".env"), "API_DECISION_DEADLINE_MS=60000\n");
        var (exit, output) = await VigilProcess.RunAsync(_folder.Root, "api", "--port", "0");
        exit.ShouldBe(2);
        output.ShouldContain("API_DECISION_DEADLINE_MS is not a whole number of milliseconds from 1 to 30000: 60000");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<Answer> GetAsync(HttpClient client, string path) =>
        Answer.OfAsync(client.GetAsync(path, TestContext.Current.CancellationToken));
}
