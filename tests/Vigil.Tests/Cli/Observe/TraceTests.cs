using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Vigil.Tests.Storage;
using Vigil.Tests.Web;

namespace Vigil.Tests.Cli.Observe;

public sealed class TraceTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    // What only the sender knows: none of it belongs into a log, a trace or a metric.
    private static readonly string[] Secrets =
        ["marker-account", "marker-card", "marker-device", "203.0.113.77", "marker@example.com", "marker-place", "4711.17", "marker-attribute"];

    private const string More =
        ",\"card_id\":\"marker-card\",\"device_id\":\"marker-device\",\"ip\":\"203.0.113.77\",\"email\":\"marker@example.com\",\"location\":\"marker-place\",\"x\":\"marker-attribute\"";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_request_its_decision_and_its_commit_are_one_trace_at_the_collector_that_OTEL_variables_name()
    {
        await using var collector = await Collector.StartAsync();
        File.WriteAllText(_folder.File(".env"), $"""
            OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}
            OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
            OTEL_BSP_SCHEDULE_DELAY=100
            OTEL_METRIC_EXPORT_INTERVAL=200
            """);
        using var vigil = await VigilProcess.ServeAsync(_folder.Root, "--no-simulate");
        using var client = vigil.Client();
        (await SendAsync(client, "t-traced")).Status.ShouldBe(200);

        var id = Convert.FromHexString(Trace);
        foreach (var span in new[] { "POST", "transaction", "decide", "commit" })
            await collector.UntilAsync("/v1/traces", body => body.AsSpan().IndexOf(id) >= 0 && body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(span)) >= 0);
        await collector.UntilAsync("/v1/metrics", body => body.AsSpan().IndexOf("transactions_processed_total"u8) >= 0);
        foreach (var sent in collector.Everything().Select(Encoding.Latin1.GetString))
            Secrets.ShouldAllBe(secret => !sent.Contains(secret, StringComparison.Ordinal));

        using var metrics = new HttpClient();
        metrics.DefaultRequestHeaders.Accept.ParseAdd("application/openmetrics-text;version=1.0.0");
        var text = await metrics.GetStringAsync(vigil.Url("Metrics"), TestContext.Current.CancellationToken);
        text.ShouldContain($"transactions_processed_total 1 # {{trace_id=\"{Trace}\"");
    }

    [Fact]
    public async Task The_log_is_JSON_with_traces_and_without_persons()
    {
        using var vigil = await VigilProcess.ServeJsonAsync(_folder.Root, "--no-simulate", "--log-level", "debug");
        using var client = vigil.Client();
        (await SendAsync(client, "t-1", amount: "6200.17")).Status.ShouldBe(200);
        (await SendAsync(client, "t-2", amount: "\"no amount: marker-account\"")).Status.ShouldBe(422);
        (await SendAsync(client, "t-1", amount: "6300.17")).Status.ShouldBe(409);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/anomalies/t-1") { Content = new StringContent("""{"new_status":"FRAUD"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var changed = await client.SendAsync(request, TestContext.Current.CancellationToken);
        changed.EnsureSuccessStatusCode();
        await client.GetAsync("/api/v1/decisions/marker-account", TestContext.Current.CancellationToken);
        vigil.Terminate();
        (await vigil.ExitAsync()).ShouldBe(0, vigil.Output);

        var lines = vigil.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] == '{').ToList();
        var entries = lines.ConvertAll(line => System.Text.Json.JsonDocument.Parse(line).RootElement);
        entries.ShouldAllBe(entry => entry.GetProperty("@timestamp").GetString()!.EndsWith('Z') && entry.GetProperty("service.name").GetString() == "vigil");
        var updated = entries.Single(entry => entry.GetProperty("message").GetString()!.Contains("Transaction status updated", StringComparison.Ordinal));
        updated.GetProperty("trace.id").GetString().ShouldBe(Trace);
        updated.GetProperty("log.level").GetString().ShouldBe("INFO");
        foreach (var secret in Secrets)
            vigil.Output.ShouldNotContain(secret);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<Answer> SendAsync(HttpClient client, string id, string amount = "4711.17")
    {
        using var content = new StringContent(
            TestApi.Transaction(id, amount, More).Replace("acc-1", "marker-account", StringComparison.Ordinal), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/transactions") { Content = content };
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        return await Answer.OfAsync(client.SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>Takes what is exported by OTLP over HTTP.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();
        private readonly WebApplication _app;

        private Collector(WebApplication app) => _app = app;

        public string Url => _app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            collector._app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                collector._taken.Enqueue((context.Request.Path, body.ToArray()));
            });
            await collector._app.StartAsync(TestContext.Current.CancellationToken);
            return collector;
        }

        public IEnumerable<byte[]> Everything() => _taken.Select(taken => taken.Body);

        public async Task UntilAsync(string path, Func<byte[], bool> isIt)
        {
            var waited = Stopwatch.StartNew();
            while (!_taken.Any(taken => taken.Path == path && isIt(taken.Body)))
            {
                waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"nothing of the kind came to {path}");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
