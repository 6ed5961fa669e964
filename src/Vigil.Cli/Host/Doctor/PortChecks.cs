using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Vigil.Web;

namespace Vigil.Cli.Host.Doctor;

/// <summary>Whether Vigil's ports are free, or held by a Vigil that runs.</summary>
internal static class PortChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task LookAsync(DoctorTarget target, Findings findings)
    {
        const string Other = "stop the other program, or choose another port";
        await findings.TryAsync("api", () => OrSkippedAsync(() => ApiAsync(target)), Other);
        await findings.TryAsync("metrics", () => OrSkippedAsync(() => MetricsAsync(target)), Other);
    }

    /// <summary>A variable that is no port has a finding already.</summary>
    private static async Task<Finding> OrSkippedAsync(Func<Task<Finding>> look)
    {
        try
        {
            return await look();
        }
        catch (FormatException e)
        {
            return Finding.Skipped("", e.Message);
        }
    }

    private static Task<Finding> ApiAsync(DoctorTarget target) =>
        LookAsync(Api(target.Variables).Host, Api(target.Variables).Port, "/health", "fraud-detection-api", "API_PORT", null);

    private static Task<Finding> MetricsAsync(DoctorTarget target) => LookAsync(
        Api(target.Variables).Host, ConfigurationChecks.MetricsPort(target.Variables), "/metrics", "transactions_processed_total", "PROMETHEUS_PORT",
        target.Variables("METRICS_TOKEN"));

    private static async Task<Finding> LookAsync(string host, int port, string path, string sign, string variable, string? token)
    {
        if (port == 0)
            return Finding.Skipped("", "port 0 takes a free one");
        var address = IPAddress.Parse(host);
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return Finding.Ok("", $"port {port} is free");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return await AnswersAsync(address, port, path, sign, token)
                ? Finding.Ok("", $"port {port} is held by a Vigil that runs")
                : Finding.Fail("", $"port {port} is held by another program", $"stop it (sudo lsof -i :{port}), or choose another port with {variable}");
        }
        catch (SocketException e)
        {
            return Finding.Fail("", ListenError.Explain(e, port) ?? $"port {port} cannot be opened: {e.Message}", $"correct API_HOST or {variable}");
        }
    }

    /// <summary>Where the API listens.</summary>
    /// <exception cref="FormatException">A variable cannot be used.</exception>
    public static ApiOptions Api(Func<string, string?> variable) =>
        ApiOptions.FromEnvironment(name => name is "API_HOST" or "API_PORT" ? variable(name) : null);

    /// <summary>Where a server of this machine is asked: an address such as 0.0.0.0 is listened on, and cannot be.</summary>
    public static Uri Local(IPAddress address, int port)
    {
        var host = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return new UriBuilder("http", host.ToString(), port).Uri;
    }

    private static async Task<bool> AnswersAsync(IPAddress address, int port, string path, string sign, string? token)
    {
        using var client = new HttpClient { Timeout = Patience, BaseAddress = Local(address, port) };
        if (token is { Length: > 0 })
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            return (await client.GetStringAsync(path)).Contains(sign, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
