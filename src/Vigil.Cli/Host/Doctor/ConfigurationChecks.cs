using System.Globalization;
using Vigil.Detection.Kafka;
using Vigil.Web;
using Vigil.Web.Caching;

namespace Vigil.Cli.Host.Doctor;

/// <summary>Whether the variables can be used, each for itself.</summary>
internal static class ConfigurationChecks
{
    public static Task LookAsync(DoctorTarget target, Findings findings)
    {
        var variable = target.Variables;
        findings.Try(
            "database",
            () => Finding.Ok("", target.Postgres()?.ToString() ?? $"SQLite, {target.Paths().Database}"),
            "correct DATABASE_URL: postgresql://user:password@host:port/database, or sqlite:///path");
        findings.Try(
            "api",
            () =>
            {
                // Redis has a finding of its own, and must not hide this one.
                var api = ApiOptions.FromEnvironment(name => name == "REDIS_URL" ? null : variable(name));
                return Finding.Ok("", $"listens on {api.Host}:{api.Port}");
            },
            "correct the variable that it names");
        findings.Try("proxies", () => Proxies(ApiOptions.FromEnvironment(name => name is "API_HOST" or "TRUSTED_PROXIES" ? variable(name) : null)), "");
        findings.Try("metrics", () => Finding.Ok("", $"port {MetricsPort(variable)}"), "set PROMETHEUS_PORT to a port number, such as 8001");
        findings.Try(
            "api_key",
            () => variable("AZURE_API_KEY") is null
                ? Finding.Warn("", "AZURE_API_KEY is not set: only keys that are in the database open the API", "make one with: openssl rand -base64 32")
                : variable("AZURE_API_KEY")!.Trim().Length < 16
                    ? Finding.Warn("", "AZURE_API_KEY has fewer than 16 characters, and can be guessed", "make one with: openssl rand -base64 32")
                    : Finding.Ok("", "AZURE_API_KEY is set"),
            "");
        findings.Try(
            "environment",
            () => variable("ENVIRONMENT") is null or "development" or "production" or "staging" or "test"
                ? Finding.Ok("", variable("ENVIRONMENT") ?? "not set, as development")
                : Finding.Warn("", $"ENVIRONMENT is {variable("ENVIRONMENT")}: only \"production\" refuses weak keys and logs JSON", "set ENVIRONMENT=production where that is meant"),
            "");
        findings.Try(
            "kafka",
            () => variable("KAFKA_BOOTSTRAP_SERVERS") is null
                ? Finding.Skipped("", "KAFKA_BOOTSTRAP_SERVERS is not set: vigil run needs no Kafka, vigil detect does")
                : Finding.Ok("", KafkaSettings.Read(target.Kafka).ToString()),
            "see docs/kafka.md");
        findings.Try(
            "redis",
            () => RedisOptions.FromEnvironment(variable) is { } redis
                ? Finding.Ok("", redis.ToString()) : Finding.Skipped("", "REDIS_URL is not set: nothing is cached"),
            "see docs/caching.md");
        return Task.CompletedTask;
    }

    private static Finding Proxies(ApiOptions api) =>
        api.TrustedProxies.Count > 0
            ? Finding.Ok("", $"callers' addresses are believed from this machine and {string.Join(", ", api.TrustedProxies)}")
            : System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(api.Host))
                ? Finding.Ok("", "callers' addresses are believed from a proxy on this machine alone")
                : Finding.Warn(
                    "", "the API is open to other machines, and TRUSTED_PROXIES is not set: behind a proxy elsewhere all callers have its address, and share one limit of failed keys",
                    "set TRUSTED_PROXIES to the proxy's address or network; nothing, if callers come without one");

    /// <exception cref="FormatException">It is no port.</exception>
    public static int MetricsPort(Func<string, string?> variable) => variable("PROMETHEUS_PORT") is not { } text
        ? Metrics.MetricsServer.DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port : throw new FormatException($"PROMETHEUS_PORT is not a port number: {text}");
}
