using Microsoft.AspNetCore.Builder;
using Vigil.Web;

namespace Vigil.Cli.Host.Embedded;

/// <summary>The API and the metrics server of one process: both run, or none.</summary>
internal sealed class Servers : IAsyncDisposable
{
    // Longer than any answer takes, shorter than the patience of an orchestrator (30 s).
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplication[] _servers;

    private Servers(WebApplication[] servers) => _servers = servers;

    /// <summary>Where a server listens, such as http://127.0.0.1:8000.</summary>
    public string Url(int server) => _servers[server].Urls.First();

    /// <summary>Starts all servers.</summary>
    /// <param name="servers">Each with the port that was asked for.</param>
    /// <exception cref="CommandException">One could not listen; none is running.</exception>
    public static async Task<Servers> StartAsync(params (WebApplication Server, int Port)[] servers)
    {
        var started = new Servers([.. servers.Select(s => s.Server)]);
        foreach (var (server, port) in servers)
        {
            try
            {
                await server.StartAsync();
            }
            catch (Exception e) when (ListenError.Explain(e, port) is not null)
            {
                await started.DisposeAsync();
                throw new CommandException(ListenError.Explain(e, port)!, inner: e);
            }
        }

        return started;
    }

    /// <summary>Takes no new request and lets those under way be answered.</summary>
    public async Task StopAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout);
        foreach (var server in _servers)
            await server.StopAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
