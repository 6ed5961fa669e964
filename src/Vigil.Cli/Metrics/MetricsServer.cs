using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Vigil.Cli.Metrics;

/// <summary>A server that answers GET /metrics and nothing else, for processes without an API.</summary>
internal static class MetricsServer
{
    /// <summary>The port that the guide's Prometheus scrapes.</summary>
    public const int DefaultPort = 8001;

    /// <summary>Builds the server, ready to be started.</summary>
    /// <param name="exporter">Outlives the server.</param>
    /// <param name="host">IP address to listen on.</param>
    /// <param name="port">TCP port; 0 takes a free one.</param>
    public static WebApplication Build(MetricsExporter exporter, string host = "127.0.0.1", int port = DefaultPort)
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
        app.MapGet("/metrics", exporter.AnswerAsync);
        return app;
    }
}
