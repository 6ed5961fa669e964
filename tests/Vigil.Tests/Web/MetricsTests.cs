using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Vigil.Cli.Metrics;
using Vigil.Web;

namespace Vigil.Tests.Web;

public sealed class MetricsTests
{
    [Fact]
    public void Instruments_become_families_under_their_own_names()
    {
        using var meter = new Meter("Vigil.Tests.Families");
        using var exporter = new MetricsExporter(meter.Name);
        meter.CreateCounter<long>("transactions_processed_total", "{transaction}", "Decided \\ \n done.").Add(3);
        meter.CreateCounter<double>("work.time", "s", "Work.").Add(0.5, new KeyValuePair<string, object?>("kind.of", "a\"b\\c\nd"));
        meter.CreateUpDownCounter<long>("queue_length", null, "Waiting.").Add(-2);
        meter.CreateObservableGauge("score", () => double.PositiveInfinity, null, "Score.");
        Text(exporter).ShouldBe(
            """
            # HELP transactions_processed_total Decided \\ \n done.
            # TYPE transactions_processed_total counter
            transactions_processed_total 3
            # HELP work_time_total Work.
            # TYPE work_time_total counter
            work_time_total{kind_of="a\"b\\c\nd"} 0.5
            # HELP queue_length Waiting.
            # TYPE queue_length gauge
            queue_length -2
            # HELP score Score.
            # TYPE score gauge
            score +Inf

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_histogram_is_cumulative_and_counters_go_on_counting()
    {
        using var meter = new Meter("Vigil.Tests.Histogram");
        using var exporter = new MetricsExporter(meter.Name);
        var histogram = meter.CreateHistogram(
            "took_seconds", null, "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.5, 0.5, 7 })
            histogram.Record(value, new KeyValuePair<string, object?>("step", "x"));
        const string Expected =
            """
            # HELP took_seconds Time.
            # TYPE took_seconds histogram
            took_seconds_bucket{step="x",le="0.1"} 1
            took_seconds_bucket{step="x",le="1"} 3
            took_seconds_bucket{step="x",le="+Inf"} 4
            took_seconds_sum{step="x"} 8.05
            took_seconds_count{step="x"} 4

            """;
        Text(exporter).ShouldBe(Expected.ReplaceLineEndings("\n"));
        Text(exporter).ShouldBe(Expected.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void OpenMetrics_names_families_without_total_and_ties_values_to_their_traces()
    {
        using var meter = new Meter("Vigil.Tests.OpenMetrics");
        using var exporter = new MetricsExporter(meter.Name);
        var counter = meter.CreateCounter<long>("done_total", null, "Said \"so\".");
        var histogram = meter.CreateHistogram(
            "took_seconds", null, "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        using (var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C))
        {
            activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            activity.Start();
            counter.Add(2);
            histogram.Record(0.75);
            var trace = $"{{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}}";
            var lines = Encoding.UTF8.GetString(exporter.Scrape(openMetrics: true).Span).Split('\n');
            lines[..3].ShouldBe(["# HELP done Said \\\"so\\\".", "# TYPE done counter", lines[2]]);
            lines[2].ShouldStartWith($"done_total 2 # {trace} 2 ");
            lines.ShouldContain("took_seconds_bucket{le=\"0.5\"} 0");
            lines.ShouldContain(line => line.StartsWith($"took_seconds_bucket{{le=\"1.0\"}} 1 # {trace} 0.75 ", StringComparison.Ordinal));
            lines[^2..].ShouldBe(["# EOF", ""]);
        }

        Text(exporter).ShouldNotContain("trace_id");
    }

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("text/plain", false)]
    [InlineData("text/plain, application/openmetrics-text;q=0.5", false)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("*/*", false)]
    public async Task The_format_is_the_one_that_the_scraper_prefers(string accept, bool openMetrics)
    {
        using var exporter = new MetricsExporter("Vigil.Tests.Nothing");
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers.Accept = accept;
        await exporter.AnswerAsync(context);
        context.Response.ContentType.ShouldBe(openMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8");
    }

    [Theory]
    [InlineData(null, null, null, 200)]
    [InlineData(null, "X-Forwarded-For", "203.0.113.9", 404)]
    [InlineData(null, "Forwarded", "for=203.0.113.9", 404)]
    [InlineData("a-token-of-the-tests", null, null, 401)]
    [InlineData("a-token-of-the-tests", "Authorization", "Bearer another-token-of-the-tests", 401)]
    [InlineData("a-token-of-the-tests", "Authorization", "Bearer a-token-of-the-tests", 200)]
    public async Task Metrics_are_not_for_those_who_come_through_a_proxy_or_lack_the_token(string? token, string? header, string? value, int status)
    {
        using var folder = new Vigil.Tests.Storage.TempFolder();
        File.WriteAllText(folder.File(".env"), $"METRICS_TOKEN={token}\n");
        using var telemetry = new Telemetry("test", Vigil.Cli.Host.Settings.Read(folder.Root));
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        if (header is not null)
            context.Request.Headers[header] = value;
        await telemetry.AnswerApiAsync(context);
        context.Response.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_never_by_path()
    {
        using var exporter = new MetricsExporter(VigilApi.MeterName);
        await using var api = await TestApi.StartAsync(services: services => services with { Metrics = exporter.AnswerAsync });
        await api.GetAsync("/api/v1/transactions/secret-id-1");
        await api.GetAsync("/secret-path-2");
        await api.GetAsync("/api/v1/anomalies?limit=0");
        api.Gateway.Script = (_, _) => throw new InvalidOperationException("on purpose");
        await api.PostAsync("{}");
        using var odd = new HttpRequestMessage(new HttpMethod("BREW"), "/health");
        using var brewed = await api.Client.SendAsync(odd, TestContext.Current.CancellationToken);

        // Other tests of this process count into the same meter, so only the presence of a series can be told.
        var answer = await api.GetAsync("/metrics");
        answer.Status.ShouldBe(200);
        answer.ContentHeaders.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        answer.Text.ShouldContain("http_requests_total{handler=\"/api/v1/transactions/{transaction_id}\",method=\"GET\",status=\"404\"} ");
        answer.Text.ShouldContain("http_requests_total{handler=\"unmatched\",method=\"GET\",status=\"404\"} ");
        answer.Text.ShouldContain("http_requests_total{handler=\"/api/v1/anomalies\",method=\"GET\",status=\"422\"} ");
        answer.Text.ShouldContain("http_requests_total{handler=\"/api/v1/transactions\",method=\"POST\",status=\"500\"} ");
        answer.Text.ShouldContain("method=\"other\",status=\"405\"} ");
        answer.Text.ShouldContain(
            "http_request_duration_seconds_bucket{handler=\"/api/v1/anomalies\",method=\"GET\",le=\"0.005\"} ");
        answer.Text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_metrics_server_answers_scrapes_and_nothing_else()
    {
        using var meter = new Meter("Vigil.Tests.Server");
        using var exporter = new MetricsExporter(meter.Name);
        meter.CreateCounter<long>("served_total", null, "Served.").Add(1);
        await using var server = MetricsServer.Build(exporter.AnswerAsync, port: 0);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        (await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).ShouldContain("\nserved_total 1\n");
        using var other = await client.GetAsync("/", TestContext.Current.CancellationToken);
        other.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_say()
    {
        using var exporter = new MetricsExporter(VigilApi.MeterName);
        await using var api = await TestApi.StartAsync();
        await api.GetAsync("/health");
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var promtool = StartOrSkip(start);
        await promtool.StandardInput.BaseStream.WriteAsync(exporter.Scrape(), TestContext.Current.CancellationToken);
        promtool.StandardInput.Close();
        var said = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        said.ShouldBe("");
        promtool.ExitCode.ShouldBe(0);
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not installed (Debian: prometheus)");
            throw;
        }
    }

    private static string Text(MetricsExporter exporter) => Encoding.UTF8.GetString(exporter.Scrape().Span);
}
