using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Cli.Observe;

public sealed class ShippedMonitoringTests
{
    private static readonly string Alerts = Shipped.Text("deploy/prometheus/prometheus_alerts.yml");

    private static List<string> Names => [.. Regex.Matches(Alerts, @"- alert: (\w+)").Select(match => match.Groups[1].Value)];

    [Fact]
    public void Prometheus_takes_the_configuration()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("prometheus"));
        Directory.CreateDirectory(folder.File("secrets"));
        foreach (var file in Directory.GetFiles(Path.Combine(Shipped.Root(), "deploy/prometheus"), "*.yml"))
            File.Copy(file, Path.Combine(folder.File("prometheus"), Path.GetFileName(file)));
        // As deploy/make-secrets.sh makes it.
        File.WriteAllText(Path.Combine(folder.File("secrets"), "metrics_token"), Monitoring.Token);
        var (exitCode, said) = Shipped.Run(folder.File("prometheus"), "promtool", "check", "config", "prometheus.yml");
        exitCode.ShouldBe(0, said);
    }

    [Fact]
    public void Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        var files = Directory.GetFiles(Path.Combine(Shipped.Root(), "deploy/prometheus/tests"), "*.yml");
        var cases = string.Concat(files.Select(File.ReadAllText));
        foreach (var name in Names)
        {
            cases.ShouldContain($"- name: {name} fires\n");
            cases.ShouldContain($"- name: {name} does not fire\n");
        }

        var (exitCode, said) = Shipped.Run("deploy/prometheus/tests", "promtool", ["test", "rules", .. files]);
        exitCode.ShouldBe(0, said);
    }

    [Fact]
    public void The_alerts_of_the_contract_are_there()
    {
        string[] contract =
        [
            "HighRiskFraudSpike", "TransactionVolumeSpike", "TransactionProcessingErrors", "APIServiceDown", "DetectionServiceDown",
            "APIHighErrorRate", "APIHighLatency", "DatabaseConnectionFailures", "NoTransactionsProcessed", "AnomalyRateTooHigh", "AnomalyRateTooLow",
        ];
        contract.ShouldBeSubsetOf(Names);
    }

    [Fact]
    public void Alerts_name_jobs_that_are_scraped()
    {
        var jobs = Regex.Matches(Shipped.Text("deploy/prometheus/prometheus.yml"), @"job_name: (\S+)").Select(match => match.Groups[1].Value).ToList();
        var named = Regex.Matches(Alerts, "job=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(2);
        named.ShouldBeSubsetOf(jobs);
    }

    [Fact]
    public void Each_alert_links_to_a_page_of_the_runbook_that_is_there()
    {
        var headings = Regex.Matches(Shipped.Text("docs/operations.md"), @"^#+ (.+)$", RegexOptions.Multiline)
            .Select(match => Regex.Replace(match.Groups[1].Value.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-')).ToHashSet();
        var links = Regex.Matches(Alerts, @"runbook_url: \S+/docs/operations\.md#(\S+)").Select(match => match.Groups[1].Value).ToList();
        links.ShouldBe(Names.Select(name => name.ToLowerInvariant()));
        links.ShouldAllBe(link => headings.Contains(link));
    }

    [Fact]
    public void The_Alertmanager_takes_its_configuration()
    {
        var (exitCode, said) = Shipped.Run("deploy/alertmanager", "amtool", "check-config", "alertmanager.yml");
        exitCode.ShouldBe(0, said);
    }

    [Theory]
    [InlineData("critical", "payments", "webhook,pagerduty,slack")]
    [InlineData("warning", "payments", "webhook,slack")]
    [InlineData("warning", "fraud", "webhook,email")]
    [InlineData("warning", "models", "webhook,email")]
    public void Alerts_reach_those_who_can_do_something(string severity, string team, string receivers)
    {
        var (exitCode, said) = Shipped.Run(
            "deploy/alertmanager", "amtool", "config", "routes", "test", "--config.file=alertmanager.yml", $"severity={severity}", $"team={team}",
            $"--verify.receivers={receivers}");
        exitCode.ShouldBe(0, said);
    }

    [Theory]
    [InlineData("production", "Fraud Detection - Production Monitoring")]
    [InlineData("models", "Fraud Detection - Models and Rules")]
    public void No_panel_of_a_dashboard_covers_another(string name, string title)
    {
        using var dashboard = JsonDocument.Parse(Shipped.Text($"deploy/grafana/dashboards/{name}.json"));
        dashboard.RootElement.GetProperty("title").GetString().ShouldBe(title);
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        var covered = new HashSet<(int X, int Y)>();
        foreach (var grid in panels.Select(panel => panel.GetProperty("gridPos")))
        {
            for (var x = 0; x < grid.GetProperty("w").GetInt32(); x++)
            {
                for (var y = 0; y < grid.GetProperty("h").GetInt32(); y++)
                {
                    var at = (grid.GetProperty("x").GetInt32() + x, grid.GetProperty("y").GetInt32() + y);
                    at.Item1.ShouldBeLessThan(24);
                    covered.Add(at).ShouldBeTrue($"two panels at {at}");
                }
            }
        }
    }
}
