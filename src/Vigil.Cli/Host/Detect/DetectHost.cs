using Microsoft.Extensions.Logging;
using Vigil.Cli.Host.Embedded;
using Vigil.Cli.Metrics;
using Vigil.Detection.Embedded;
using Vigil.Detection.Kafka;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web.Health;

namespace Vigil.Cli.Host.Detect;

/// <summary>One instance of the detection service: reads the topic, decides, stores, tells; any number may run.</summary>
internal sealed partial class DetectHost(DetectOptions options, Settings settings, ILoggerFactory loggers)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ILogger _logger = loggers.CreateLogger("Vigil.Detection");

    /// <summary>Serves until it is asked to stop; then decides what is under way.</summary>
    /// <param name="stop">Cancelled when it is time.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        options.Paths.CreateFolder();
        var control = ControlSettings.Read(settings);
        var registry = options.Paths.OpenRegistry();
        var cache = new ModelCache(options.Paths.ModelCache);
        // Before what it measures: a counter that begins at 0 unheard is not there until it first counts.
        using var telemetry = new Telemetry("fraud-detection-service", settings);
        using var store = await WhenThereAsync(() => Store.Open(options.Paths.Database), stop);
        using var record = new RecordMetrics(store);
        await using var loop = await WhenThereAsync(() => Loop(store, KnownEngines.AtStart(store, registry, cache, options.Features, reason => NotReachable(_logger, reason)) with { Control = control }), stop);
        var drift = new DriftWatch(loop, store, registry, settings, _time, _logger);
        using var detector = new Detector(options.Kafka, options.Reading, loop, store, _time, _logger);
        ReadinessProbe[] probes =
        [
            new("database", _ =>
            {
                if (loop.State != LoopState.Running)
                    return ValueTask.FromResult("no writes");
                // The loop notices only with the next batch, which nobody may send.
                store.Ping();
                return ValueTask.FromResult(ReadinessProbe.Ok);
            }),
            new("kafka", _ => ValueTask.FromResult(detector.Problem.Length == 0 ? ReadinessProbe.Ok : "not reading")),
        ];
        await using var servers = await Servers.StartAsync(
            (MetricsServer.Build(telemetry.AnswerDetectionAsync, options.Host, options.MetricsPort, probes), options.MetricsPort));
        var (place, metrics) = (options.Paths.Place, servers.Url(0));
        Detecting(_logger, options.Kafka.Topic, options.Kafka.Group, place, metrics);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = detector.RunAsync(stop);
        Task[] watches =
        [
            telemetry.Watch(store, options.Paths, _logger, watching.Token),
            GuardAsync("model watch", new ModelWatch(loop, store, registry, _time, _logger) { TrainsFirst = false, Cache = ModelRegistry.IsServer(registry.Place) ? cache : null }.RunAsync(watching.Token), watching.Token),
            GuardAsync("drift watch", drift.RunAsync(watching.Token), watching.Token),
            GuardAsync("months ahead", PrepareMonthsAsync(store, watching.Token), watching.Token),
            GuardAsync("rules watch", new RulesWatch(loop, store, _time, _logger).RunAsync(watching.Token), watching.Token),
        ];
        await reading;
        await watching.CancelAsync();
        await Task.WhenAll(watches);
        await loop.StopAsync();
        await servers.StopAsync();
        Stopped(_logger);
    }

    /// <summary>Once a day, so that no row needs the default partition.</summary>
    private async Task PrepareMonthsAsync(Store store, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), _time);
        do
        {
            try
            {
                store.PrepareMonths(DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime));
            }
            catch (StorageException e)
            {
                // Rows without a partition of their own go to the default one.
                NotPrepared(_logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    /// <summary>Waits for a database that is not there yet, or starts: an orchestrator starts both at once.</summary>
    private async Task<T> WhenThereAsync<T>(Func<T> open, CancellationToken stop)
    {
        for (var delay = TimeSpan.FromMilliseconds(250); ; delay = delay < LongestWait ? delay * 2 : LongestWait)
        {
            try
            {
                return open();
            }
            catch (StorageException e) when (options.Paths.IsOnServer && e.Failure is StorageFailure.CannotOpen or StorageFailure.Busy)
            {
                Waiting(_logger, delay, e.Message);
                await Task.Delay(delay, _time, stop);
            }
        }
    }

    private DecisionLoop Loop(Store store, Vigil.Detection.EngineSetup setup)
    {
        var writer = store.OpenWriter();
        try
        {
            return new DecisionLoop(writer, setup, new LoopOptions(), _time, _logger, store);
        }
        catch (StorageException)
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Lets what runs beside the decisions end without ending them.</summary>
    private async Task GuardAsync(string name, Task work, CancellationToken stop)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As asked.
        }
        catch (Exception e)
        {
            // Top of the loop: payments are decided all the same.
            Ended(_logger, name, e);
        }
    }

    [LoggerMessage(EventId = 4030, Level = LogLevel.Information, Message = "Detecting: {Topic} as {Group}, into {Database}; metrics at {Metrics}")]
    private static partial void Detecting(ILogger logger, string topic, string group, string database, string metrics);

    [LoggerMessage(EventId = 4035, Level = LogLevel.Error, Message = "The model in charge cannot be had: {Reason}")]
    private static partial void NotReachable(ILogger logger, string reason);

    [LoggerMessage(EventId = 4034, Level = LogLevel.Warning, Message = "Waiting for the database, the next attempt is in {Delay}: {Reason}")]
    private static partial void Waiting(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(EventId = 4033, Level = LogLevel.Warning, Message = "The partitions of the coming months were not made; the next attempt is tomorrow: {Reason}")]
    private static partial void NotPrepared(ILogger logger, string reason);

    [LoggerMessage(EventId = 4031, Level = LogLevel.Information, Message = "Stopped: what was read is decided and stored")]
    private static partial void Stopped(ILogger logger);

    [LoggerMessage(EventId = 4032, Level = LogLevel.Error, Message = "The {Name} ended; decisions go on without it")]
    private static partial void Ended(ILogger logger, string name, Exception exception);
}
