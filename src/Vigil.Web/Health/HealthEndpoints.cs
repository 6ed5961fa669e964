using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Vigil.Web.Health;

/// <summary>The answer of /health.</summary>
/// <param name="Status">Always <c>healthy</c>: the process answers.</param>
/// <param name="Timestamp">The server's time.</param>
/// <param name="Service">Always <c>fraud-detection-api</c>.</param>
internal sealed record HealthReport(string Status, DateTime Timestamp, string Service);

/// <summary>The answer of /health/ready.</summary>
/// <param name="Status"><c>ready</c>, or <c>not_ready</c> where something is not ok that the service needs.</param>
/// <param name="Checks">The state of each part by name: <c>ok</c>, or what is wrong in a word or two.</param>
internal sealed record ReadinessReport(string Status, IReadOnlyDictionary<string, string> Checks);

/// <summary>The answer of /health/live.</summary>
/// <param name="Status">Always <c>alive</c>.</param>
internal sealed record LivenessReport(string Status);

/// <summary>Health, for load balancers and orchestrators. Open: no key, and nothing in it worth one.</summary>
public static partial class HealthEndpoints
{
    // Longer than a busy database needs, shorter than the timeout of the usual load balancer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Maps /health, /health/live and /health/ready.</summary>
    /// <param name="app">Receives them.</param>
    /// <param name="probes">What /health/ready asks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what a probe throws.</param>
    public static void Map(IEndpointRouteBuilder app, IReadOnlyList<ReadinessProbe> probes, TimeProvider time, ILogger logger)
    {
        app.MapGet("/health", () => TypedResults.Json(
                new HealthReport("healthy", time.GetUtcNow().UtcDateTime, "fraud-detection-api"), ApiJson.Default.HealthReport))
            .WithTags("Health").WithName("health").WithSummary("Basic health check")
            .WithDescription("Answers as long as the process can. Needs no key.")
            .Produces<HealthReport>();

        app.MapGet("/health/live", () => TypedResults.Json(new LivenessReport("alive"), ApiJson.Default.LivenessReport))
            .WithTags("Health").WithName("health-live").WithSummary("Liveness check")
            .WithDescription("For an orchestrator: where this does not answer, restart the process. Needs no key.")
            .Produces<LivenessReport>();

        app.MapGet("/health/ready", (CancellationToken cancel) => ReadyAsync(probes, time, logger, cancel))
            .WithTags("Health").WithName("health-ready").WithSummary("Readiness check")
            .WithDescription("For a load balancer: send requests only while this answers 200. Needs no key.")
            .Produces<ReadinessReport>()
            .Produces<ReadinessReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(
        IReadOnlyList<ReadinessProbe> probes, TimeProvider time, ILogger logger, CancellationToken cancel)
    {
        var states = await Task.WhenAll(probes.Select(probe => StateAsync(probe, time, logger, cancel)));
        var checks = new Dictionary<string, string>(StringComparer.Ordinal);
        var ready = true;
        for (var i = 0; i < probes.Count; i++)
        {
            checks[probes[i].Name] = states[i];
            ready &= states[i] == ReadinessProbe.Ok || !probes[i].IsNeeded;
        }

        return TypedResults.Json(
            new ReadinessReport(ready ? "ready" : "not_ready", checks), ApiJson.Default.ReadinessReport,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string> StateAsync(
        ReadinessProbe probe, TimeProvider time, ILogger logger, CancellationToken cancel)
    {
        try
        {
            // Task.Run: a probe of an embedded database is synchronous, and one that hangs must not hang the others.
            return await Task.Run(() => probe.Check(cancel).AsTask(), cancel).WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            return "timeout";
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // Top of the probe: whatever a dependency throws means that it is not ready, and is for the log only.
            ProbeFailed(logger, probe.Name, e);
            return "unavailable";
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Readiness check {Check} failed")]
    private static partial void ProbeFailed(ILogger logger, string check, Exception exception);
}
