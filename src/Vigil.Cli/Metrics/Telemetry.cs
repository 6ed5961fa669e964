using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Vigil.Cli.Host;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Web;

namespace Vigil.Cli.Metrics;

/// <summary>
/// What a process tells of itself: metrics to whoever scrapes them, and metrics and traces to an OpenTelemetry collector
/// where the standard variables name one (OTEL_EXPORTER_OTLP_ENDPOINT and the others of the OpenTelemetry
/// specification, "OpenTelemetry Protocol Exporter"). Nothing is sent anywhere, and no trace is made, unless they do.
/// </summary>
internal sealed partial class Telemetry : IDisposable
{
    private const string Runtime = "System.Runtime";

    private readonly MetricsExporter _api = new(VigilApi.MeterName, DatabaseWatch.MeterName, Runtime);
    private readonly MetricsExporter _detection = new(DecisionLoop.MeterName, ModelMetrics.MeterName, DatabaseWatch.MeterName, Runtime);
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly MetricsAccess _access;
    private readonly Settings _settings;

    /// <param name="service">Name of the service where OTEL_SERVICE_NAME says none.</param>
    /// <param name="settings">The variables.</param>
    /// <exception cref="CommandException">A variable cannot be used.</exception>
    public Telemetry(string service, Settings settings)
    {
        (_settings, _access) = (settings, MetricsAccess.Read(settings));
        var enabled = !"true".Equals(settings["OTEL_SDK_DISABLED"], StringComparison.OrdinalIgnoreCase);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.WithPrefix("OTEL_").Select(set => KeyValuePair.Create(set.Key, (string?)set.Value))).Build();
        var resource = ResourceBuilder.CreateDefault().AddService(
            settings["OTEL_SERVICE_NAME"] ?? service, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3));
        try
        {
            if (enabled && IsWanted(settings, "METRICS"))
            {
                _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
                    .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
                    .AddMeter(DecisionLoop.MeterName, ModelMetrics.MeterName, VigilApi.MeterName, DatabaseWatch.MeterName, Runtime)
                    .SetExemplarFilter(ExemplarFilterType.TraceBased).AddOtlpExporter().Build();
            }

            if (enabled && IsWanted(settings, "TRACES"))
            {
                _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                    .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
                    .AddSource("Microsoft.AspNetCore", DecisionTraces.SourceName)
                    .AddOtlpExporter().Build();
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException or UriFormatException or NotSupportedException)
        {
            throw new CommandException($"the OTEL_ variables cannot be used: {e.Message}", ExitCode.Usage, e);
        }
    }

    /// <summary>Answers a scrape of the API, or refuses it.</summary>
    public Task AnswerApiAsync(HttpContext context) => _access.GuardAsync(context, _api.AnswerAsync);

    /// <summary>Answers a scrape of the detection, or refuses it. Apart from the API's, so that one process, scraped at both, is not counted twice.</summary>
    public Task AnswerDetectionAsync(HttpContext context) => _access.GuardAsync(context, _detection.AnswerAsync);

    /// <summary>Looks at what a process depends on, for the metrics.</summary>
    /// <param name="store">The database.</param>
    /// <param name="paths">Where it is.</param>
    /// <param name="logger">Told what does not answer.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Done, without a fault, when it is cancelled.</returns>
    /// <exception cref="CommandException">A variable cannot be used.</exception>
    public Task Watch(Store store, DataPaths paths, ILogger logger, CancellationToken cancel)
    {
        var database = new DatabaseWatch(store, paths, _settings, TimeProvider.System, logger);
        var certificates = new CertificateWatch(_settings, TimeProvider.System, logger);
        return WatchAsync(database, certificates, logger, cancel);
    }

    /// <summary>Sends what is left, for as long as the exporter's timeout allows.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _api.Dispose();
        _detection.Dispose();
    }

    private static async Task WatchAsync(
        DatabaseWatch database, CertificateWatch certificates, ILogger logger, CancellationToken cancel)
    {
        using (database)
        using (certificates)
        {
            try
            {
                await Task.WhenAll(database.RunAsync(cancel), certificates.RunAsync(cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // As asked.
            }
            catch (Exception e)
            {
                // Top of the loop: decisions and answers go on without it.
                Ended(logger, e);
            }
        }
    }

    [LoggerMessage(EventId = 4063, Level = LogLevel.Error, Message = "The watch over database and certificates ended; all else goes on")]
    private static partial void Ended(ILogger logger, Exception exception);

    private static bool IsWanted(Settings settings, string signal) => settings[$"OTEL_{signal}_EXPORTER"] switch
    {
        null => settings["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null || settings[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is not null,
        "none" => false,
        "otlp" => true,
        var other => throw new CommandException($"OTEL_{signal}_EXPORTER is not otlp or none: {other}", ExitCode.Usage),
    };
}
