using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Vigil.Cli.Metrics;

/// <summary>Collects the instruments of the named meters when somebody asks. Safe to use from any thread.</summary>
internal sealed class MetricsExporter : IDisposable
{
    // A scrape that waits longer has been given up by Prometheus (scrape_timeout, 10 s).
    private const int CollectTimeoutMilliseconds = 10_000;

    private readonly Lock _lock = new();
    private readonly PullExporter _exporter = new();
    private readonly MeterProvider _provider;

    /// <param name="meters">Names of meters; a final * stands for any ending.</param>
    public MetricsExporter(params string[] meters)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meters)
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();
    }

    /// <summary>All metrics now, in Prometheus' text format.</summary>
    public ReadOnlyMemory<byte> Scrape()
    {
        lock (_lock)
        {
            return _exporter.Collect!(CollectTimeoutMilliseconds)
                ? _exporter.Latest
                : throw new TimeoutException("the metrics could not be collected in time");
        }
    }

    /// <summary>Answers a scrape.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var text = Scrape();
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, context.RequestAborted).AsTask();
    }

    public void Dispose() => _provider.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        private readonly PrometheusText _text = new();

        public Func<int, bool>? Collect { get; set; }

        public ReadOnlyMemory<byte> Latest { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Latest = _text.Write(in batch);
            return ExportResult.Success;
        }
    }
}
