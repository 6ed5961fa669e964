using Vigil.Web.Health;

namespace Vigil.Tests.Web;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_needs_no_key_and_answers_as_the_guide_says()
    {
        await using var api = await TestApi.StartAsync();
        using var health = await api.Stranger.GetAsync("/health", TestContext.Current.CancellationToken);
        var json = System.Text.Json.JsonElement.Parse(await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["status", "timestamp", "service"]);
        json.GetProperty("status").GetString().ShouldBe("healthy");
        json.GetProperty("service").GetString().ShouldBe("fraud-detection-api");
        json.GetProperty("timestamp").GetString()!.ShouldEndWith("Z");
        (await api.Stranger.GetStringAsync("/health/live", TestContext.Current.CancellationToken))
            .ShouldBe("""{"status":"alive"}""");
        (await api.Stranger.GetStringAsync("/health/ready", TestContext.Current.CancellationToken))
            .ShouldBe("""{"status":"ready","checks":{"database":"ok"}}""");
    }

    [Fact]
    public async Task A_part_that_is_not_ready_is_named_without_its_inside()
    {
        await using var api = await TestApi.StartAsync(services: services => services with
        {
            Probes =
            [
                new ReadinessProbe("engine", _ => ValueTask.FromResult("loading")),
                new ReadinessProbe("log", _ => throw new InvalidOperationException("secret address")),
                new ReadinessProbe("model", _ => ValueTask.FromResult(ReadinessProbe.Ok)),
            ],
        });
        var answer = await api.GetAsync("/health/ready");
        answer.Status.ShouldBe(503);
        answer.MediaType.ShouldBe("application/json");
        answer.Text.ShouldBe(
            """{"status":"not_ready","checks":{"database":"ok","engine":"loading","log":"unavailable","model":"ok"}}""");
        api.Log.Entries.ShouldContain(e => e.Message == "Readiness check log failed");
    }

    [Fact]
    public async Task A_database_that_is_away_is_no_defect_of_the_service()
    {
        await using var api = await TestApi.StartAsync();
        api.Gateway.Dispose();
        api.Store.Dispose();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(api.Store.Place)!))
            File.Delete(file);
        Directory.CreateDirectory(api.Store.Place);
        var answer = await api.GetAsync("/api/v1/anomalies");
        answer.ShouldBeProblem(503, "unavailable");
        api.Log.Entries.ShouldContain(entry => entry.Message.StartsWith("GET request refused: the database", StringComparison.Ordinal));
        api.Log.Entries.ShouldNotContain(entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task A_damaged_database_is_not_ready_while_the_process_is_healthy()
    {
        await using var api = await TestApi.StartAsync();
        // Without its connections, so that the next one sees the file as it is then.
        api.Gateway.Dispose();
        api.Store.Dispose();
        await File.WriteAllTextAsync(api.Store.Place, new string('x', 8_192), TestContext.Current.CancellationToken);
        var ready = await api.GetAsync("/health/ready");
        ready.Status.ShouldBe(503);
        ready.Json.GetProperty("checks").GetProperty("database").GetString().ShouldBe("unavailable");
        (await api.GetAsync("/health")).Status.ShouldBe(200);
        (await api.GetAsync("/health/live")).Status.ShouldBe(200);
    }
}
