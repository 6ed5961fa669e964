using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vigil.Web.Telemetry;

/// <summary>Counts and times requests. The labels are bounded: route templates, never paths that callers choose.</summary>
internal sealed class HttpMetrics : IDisposable
{
    private static readonly double[] Buckets =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Meter _meter = new(VigilApi.MeterName);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _time;

    public HttpMetrics(TimeProvider time)
    {
        _time = time;
        _requests = _meter.CreateCounter<long>(
            "http_requests_total", description: "HTTP requests answered, by method, route and status.");
        _duration = _meter.CreateHistogram(
            "http_request_duration_seconds", description: "Time to answer an HTTP request, by method and route.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
    }

    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        var start = _time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var method = new KeyValuePair<string, object?>("method", Method(context.Request.Method));
            var handler = new KeyValuePair<string, object?>("handler", Handler(context));
            if (Activity.Current is { } request)
                request.DisplayName = $"{method.Value} {handler.Value}";
            var status = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
            _requests.Add(1, new TagList { method, handler, new("status", status) });
            _duration.Record(_time.GetElapsedTime(start).TotalSeconds, new TagList { method, handler });
        }
    }

    public void Dispose() => _meter.Dispose();

    private static string Handler(HttpContext context)
    {
        // The exception handler clears the endpoint, which its feature remembers.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        if (endpoint is RouteEndpoint route)
            return "/" + route.RoutePattern.RawText?.Trim('/');
        return context.Request.Path.StartsWithSegments("/api/docs", StringComparison.Ordinal) ? "/api/docs" : "unmatched";
    }

    private static string Method(string method) =>
        method is "GET" or "PUT" or "POST" or "HEAD" or "OPTIONS" or "DELETE" or "PATCH" ? method : "other";
}
