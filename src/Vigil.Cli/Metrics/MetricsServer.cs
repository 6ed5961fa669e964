using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Web.Health;

namespace Vigil.Cli.Metrics;

/// <summary>A server that answers GET /metrics, and /health where it has probes: for processes without an API.</summary>
internal static class MetricsServer
{
    /// <summary>The port that the guide's Prometheus scrapes.</summary>
    public const int DefaultPort = 8001;

    /// <summary>Builds the server, ready to be started.</summary>
    /// <param name="metrics">Answers a scrape; outlives the server.</param>
    /// <param name="host">IP address to listen on.</param>
    /// <param name="port">TCP port; 0 takes a free one.</param>
    /// <param name="probes">What /health/ready asks; null for no /health.</param>
    public static WebApplication Build(
        RequestDelegate metrics, string host = "127.0.0.1", int port = DefaultPort, IReadOnlyList<ReadinessProbe>? probes = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Vigil.Metrics" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Listen(IPAddress.Parse(host), port);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/metrics", metrics);
        if (probes is not null)
            HealthEndpoints.Map(app, probes, TimeProvider.System, app.Logger);
        return app;
    }
}
