using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Vigil.Tests.Storage;
using Vigil.Tests.Web.Caching;

namespace Vigil.Tests.Cli.Observe;

/// <summary>
/// A real Prometheus and a real Alertmanager with the shipped files, and a webhook that hears the alerts. The files are used
/// with these changes and no others: addresses of targets; intervals of scrapes, evaluation and grouping are 1 s; every
/// <c>for</c> is 1 s; every window <c>[...]</c> and <c>offset</c> is 6 s, those of hours that remember longest 20 s; receivers other than the webhook send nothing.
/// </summary>
internal sealed class Monitoring : IAsyncDisposable
{
    /// <summary>METRICS_TOKEN of whatever is scraped: the shipped configuration sends it.</summary>
    public const string Token = "a-token-for-whoever-scrapes";

    // What one stage may take on a machine that does other things, too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly TempFolder _folder = new();
    private readonly List<(string Alert, bool Firing)> _told = [];
    private readonly HttpClient _client = new();
    private readonly int _alertmanagerPort = RedisServer.FreePort();
    private readonly int _prometheusPort = RedisServer.FreePort();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<string> _stages = [];
    private WebApplication? _webhook;
    private Process? _alertmanager;
    private Process? _prometheus;

    /// <summary>What happened when, for whoever reads a failure.</summary>
    public string Journal => string.Join('\n', _stages);

    /// <summary>Every alert that was told as firing so far.</summary>
    public IReadOnlyList<string> EverFired
    {
        get
        {
            lock (_told)
                return [.. _told.Where(told => told.Firing).Select(told => told.Alert).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Starts all of it; skips the test where a program is not installed.</summary>
    /// <param name="api">Ports of the API's instances.</param>
    /// <param name="detection">Ports of the detectors' metrics.</param>
    public async Task StartAsync(int[] api, int[] detection)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _webhook = builder.Build();
        _webhook.Run(async context =>
        {
            using var told = await JsonDocument.ParseAsync(context.Request.Body);
            foreach (var alert in told.RootElement.GetProperty("alerts").EnumerateArray())
                Take(alert.GetProperty("labels").GetProperty("alertname").GetString()!, alert.GetProperty("status").GetString() == "firing");
        });
        await _webhook.StartAsync(TestContext.Current.CancellationToken);
        Configure(api, detection, _webhook.Urls.First());
        await StartAlertmanagerAsync();
        // Sent again after 2 s rather than a minute: what was told while the Alertmanager was away is told again soon.
        _prometheus = Start(
            "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=metrics", $"--web.listen-address=127.0.0.1:{_prometheusPort}",
            "--rules.alert.resend-delay=2s");
    }

    /// <summary>Starts the Alertmanager and waits until it takes alerts: Prometheus drops what it cannot send, until it sends it again.</summary>
    public async Task StartAlertmanagerAsync()
    {
        _alertmanager = Start(
            "prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alerts", $"--web.listen-address=127.0.0.1:{_alertmanagerPort}",
            "--cluster.listen-address=");
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var answer = await _client.GetAsync($"http://127.0.0.1:{_alertmanagerPort}/-/ready", TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the Alertmanager is ready");
    }

    public async Task StopAlertmanagerAsync()
    {
        _alertmanager!.Kill();
        await _alertmanager.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Host and port of Prometheus.</summary>
    public string Prometheus => $"127.0.0.1:{_prometheusPort}";

    /// <summary>Waits until a query has so many rows.</summary>
    public Task AnswersAsync(string expression, int rows) => UntilAsync(
        async () => await QueryAsync(expression) == rows, () => $"not {rows} rows: {expression}", () => Task.CompletedTask);

    /// <summary>Waits until Prometheus itself says that an alert fires.</summary>
    public async Task FiresInPrometheusAsync(string alert) => await UntilAsync(
        async () => await QueryAsync($$"""ALERTS{alertname="{{alert}}",alertstate="firing"}""") > 0, () => $"{alert} does not fire", () => Task.CompletedTask);

    /// <summary>Waits until the webhook was told that all of them fire.</summary>
    public Task FiringAsync(string[] alerts, Func<Task>? meanwhile = null)
    {
        IEnumerable<string> Left() => alerts.Except(EverFired);
        return UntilAsync(() => Task.FromResult(!Left().Any()), () => $"not told as firing: {string.Join(", ", Left())}", meanwhile, alerts, "fire");
    }

    /// <summary>Waits until what was told last of each is that it is resolved.</summary>
    public Task ResolvedAsync(string[] alerts, Func<Task>? meanwhile = null)
    {
        List<string> Left()
        {
            lock (_told)
                return [.. alerts.Where(alert => _told.FindLastIndex(told => told == (alert, false)) <= _told.FindLastIndex(told => told == (alert, true)))];
        }

        return UntilAsync(() => Task.FromResult(Left().Count == 0), () => $"not told as resolved: {string.Join(", ", Left())}", meanwhile, alerts, "are resolved");
    }

    /// <summary>Runs a query; gives the number of its rows.</summary>
    public async Task<int> QueryAsync(string expression)
    {
        using var answer = await _client.GetAsync($"http://127.0.0.1:{_prometheusPort}/api/v1/query?query={Uri.EscapeDataString(expression)}", TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, expression);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _prometheus, _alertmanager })
        {
            if (process is { HasExited: false })
                process.Kill();
            if (process is not null)
                await process.WaitForExitAsync(CancellationToken.None);
            process?.Dispose();
        }

        if (_webhook is not null)
            await _webhook.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task UntilAsync(Func<Task<bool>> isIt, Func<string> problem, Func<Task>? meanwhile, string[] alerts, string what)
    {
        await UntilAsync(isIt, problem, meanwhile ?? (() => Task.CompletedTask));
        Note($"{what}: {string.Join(", ", alerts)}");
    }

    private async Task UntilAsync(Func<Task<bool>> isIt, Func<string> problem, Func<Task> meanwhile)
    {
        var waited = Stopwatch.StartNew();
        while (!await isIt())
        {
            waited.Elapsed.ShouldBeLessThan(Patience, $"{problem()}\n{Journal}");
            await meanwhile();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private void Take(string alert, bool firing)
    {
        lock (_told)
            _told.Add((alert, firing));
        Note($"  {(firing ? "firing" : "resolved")} {alert}");
    }

    private void Note(string what)
    {
        lock (_stages)
            _stages.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {what}"));
    }

    private void Configure(int[] api, int[] detection, string webhook)
    {
        var scraping = Regex.Replace(Shipped.Text("deploy/prometheus/prometheus.yml"), @"(scrape_interval|scrape_timeout|evaluation_interval): \S+", "$1: 1s")
            .Replace("alertmanager:9093", $"127.0.0.1:{_alertmanagerPort}", StringComparison.Ordinal)
            .Replace("../secrets/metrics_token", "metrics_token", StringComparison.Ordinal)
            .Replace("localhost:9090", $"127.0.0.1:{_prometheusPort}", StringComparison.Ordinal);
        foreach (var (name, ports) in new[] { ("api", api), ("detection_service", detection) })
        {
            var targets = string.Join(", ", ports.Select(port => $"\"127.0.0.1:{port}\""));
            scraping = Regex.Replace(scraping, $@"dns_sd_configs:\s+- names: \[{name}\]\s+type: A\s+port: \d+\s+refresh_interval: 15s", $"static_configs: [{{targets: [{targets}]}}]");
        }

        scraping.ShouldNotContain("dns_sd_configs");
        File.WriteAllText(_folder.File("metrics_token"), Token);
        File.WriteAllText(_folder.File("prometheus.yml"), scraping);
        foreach (var rules in new[] { "prometheus_rules.yml", "prometheus_alerts.yml" })
        {
            var shortened = Regex.Replace(Shipped.Text($"deploy/prometheus/{rules}"), @"\[(\d+[smhd])\]", match => match.Groups[1].Value is "2h" or "1d" ? "[20s]" : "[6s]");
            shortened = Regex.Replace(shortened, @"offset \d+[smhd]", "offset 6s");
            File.WriteAllText(_folder.File(rules), Regex.Replace(shortened, @"for: \w+", "for: 1s"));
        }

        var alerting = Regex.Replace(Shipped.Text("deploy/alertmanager/alertmanager.yml"), @"(group_wait|group_interval): \S+", "$1: 1s")
            .Replace("http://localhost:9099/", webhook + "/", StringComparison.Ordinal);
        alerting = Regex.Replace(alerting, @"    (slack|pagerduty|email)_configs:\n(      .*\n)+", "");
        File.WriteAllText(_folder.File("alertmanager.yml"), alerting);
    }

    private Process Start(string program, params string[] arguments)
    {
        var process = Shipped.StartOrSkip(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
