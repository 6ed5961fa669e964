using System.Text.RegularExpressions;
using Vigil.Cli.Host;

namespace Vigil.Tests.Deploy;

public sealed class ComposeTests
{
    private static readonly Dictionary<object, object> Compose = Yaml.Documents(Repository.Read("deploy/compose.yaml"))[0];

    private static readonly Dictionary<object, object> Services = Yaml.Map(Compose, "services");

    [Fact]
    public void The_services_are_those_of_the_contract_on_their_ports()
    {
        Services.Keys.Cast<string>().Order().ShouldBe(
            ["alertmanager", "api", "archive", "db", "detection_service", "grafana", "init", "kafka", "mlflow", "node_exporter", "prometheus", "proxy", "redis"]);
        foreach (var (service, port) in new[] { ("db", 5432), ("kafka", 9092), ("redis", 6379), ("mlflow", 5001), ("prometheus", 9090), ("grafana", 3001) })
            Yaml.Texts(Services[service], "ports").ShouldHaveSingleItem().ShouldStartWith($"127.0.0.1:{port}:");
        Yaml.Texts(Services["api"], "ports").ShouldBe(["127.0.0.1:${API_PORTS:-8000}:8000"]);
    }

    [Fact]
    public void Nothing_but_the_proxy_is_open_to_other_machines()
    {
        foreach (var (name, service) in Services.Where(service => (string)service.Key != "proxy"))
            Yaml.Texts(service, "ports").ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal), (string)name);
    }

    [Fact]
    public void Several_detectors_can_run()
    {
        var detector = Yaml.Map(Services, "detection_service");
        detector.ShouldNotContainKey("container_name");
        detector.ShouldNotContainKey("ports");
        Yaml.Map(detector, "environment").ShouldNotContainKey("KAFKA_INSTANCE_ID");
    }

    [Fact]
    public void Every_service_has_a_pinned_image_limits_and_no_rights_that_it_does_not_need()
    {
        foreach (var (key, service) in Services)
        {
            var name = (string)key;
            Regex.IsMatch(Yaml.Text(service, "image")!, @":(v?\d+\.\d+|\$\{VIGIL_VERSION:-\d)").ShouldBeTrue(name);
            Yaml.Texts(service, "cap_drop").ShouldBe(["ALL"], name);
            Yaml.Texts(service, "security_opt").ShouldContain("no-new-privileges:true", name);
            Yaml.Text(service, "deploy/resources/limits/memory").ShouldNotBeNull(name);
            Yaml.Text(service, "deploy/resources/limits/cpus").ShouldNotBeNull(name);
        }
    }

    [Fact]
    public void Vigil_runs_on_a_read_only_file_system_and_waits_for_what_it_needs()
    {
        foreach (var name in new[] { "api", "detection_service" })
        {
            Yaml.Text(Services[name], "read_only").ShouldBe("true");
            Yaml.Text(Services[name], "depends_on/init/condition").ShouldBe("service_completed_successfully");
            Yaml.Text(Services[name], "depends_on/db/condition").ShouldBe("service_healthy");
            Yaml.Text(Services[name], "depends_on/kafka/condition").ShouldBe("service_healthy");
        }
    }

    [Fact]
    public void No_password_is_in_the_file_and_none_has_a_default()
    {
        var text = Repository.Read("deploy/compose.yaml");
        Regex.Matches(text, @"(?i)(password|secret|api_key|token)\w*:[ \t]*(?!/run/secrets/)(?![\[{])\S+").Select(match => match.Value).ShouldBeEmpty();
        text.ShouldContain("${ENVIRONMENT:?");
        var secrets = Yaml.Map(Compose, "secrets").Keys.Cast<string>().ToList();
        var script = Repository.Read("deploy/make-secrets.sh");
        foreach (var secret in secrets)
            script.ShouldContain($"make {secret} ");
        foreach (var service in Services)
            (Yaml.At(service.Value, "secrets") as List<object> ?? []).Select(one => one as string ?? Yaml.Text(one, "source")!).ShouldBeSubsetOf(secrets);
    }

    [Fact]
    public void Prometheus_finds_the_token_that_the_metrics_ask_for()
    {
        var credentials = Regex.Matches(Repository.Read("deploy/prometheus/prometheus.yml"), @"credentials_file: (\S+)").Select(match => match.Groups[1].Value).ToList();
        credentials.Count.ShouldBe(2, "both of Vigil's jobs");
        Yaml.Texts(Services["prometheus"], "volumes").ShouldContain("./prometheus:/etc/prometheus:ro");
        credentials.ShouldAllBe(file => Path.GetFullPath(file, "/etc/prometheus") == Yaml.Text(Services["prometheus"], "secrets/0/target"));
        credentials.ShouldAllBe(file => Path.GetFullPath(file, "/deploy/prometheus") == Path.GetFullPath(Yaml.Text(Compose, "secrets/metrics_token/file")!, "/deploy"));
        foreach (var name in new[] { "api", "detection_service" })
            Yaml.Text(Services[name], "environment/METRICS_TOKEN_FILE").ShouldBe("/run/secrets/metrics_token");
    }

    [Fact]
    public void Every_variable_that_Vigil_is_given_is_explained_in_the_template()
    {
        var template = Repository.Read(".env.example");
        foreach (var service in new[] { "init", "api", "detection_service", "archive" })
        {
            foreach (var name in Yaml.Map(Services[service], "environment").Keys.Cast<string>())
            {
                var variable = name.EndsWith("_FILE", StringComparison.Ordinal) && Settings.Secrets.Contains(name[..^5]) ? name[..^5] : name;
                Regex.IsMatch(template, $"(?m)^# {variable}=").ShouldBeTrue($"{variable} is not in .env.example");
            }
        }

        // And those that the file itself asks for.
        foreach (Match match in Regex.Matches(Repository.Read("deploy/compose.yaml"), @"\$\{([A-Z_]+)[:?}-]"))
            Regex.IsMatch(template, $"(?m)^# {match.Groups[1].Value}=").ShouldBeTrue($"{match.Groups[1].Value} is not in .env.example");
    }
}
