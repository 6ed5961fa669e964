using Microsoft.Extensions.Logging;
using Vigil.Cli.Host.Embedded;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Cli.Metrics;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web;

namespace Vigil.Cli.Host.Api;

/// <summary>
/// The API alone, one of any number: it reads and changes the database, and has transactions decided by the detectors
/// behind Kafka. Ends by a signal, when what was asked is answered.
/// </summary>
internal sealed partial class ApiHost(ApiHostOptions options, ApiOptions api, Settings settings, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Vigil.Api");
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Runs until a signal comes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        options.Paths.CreateFolder();
        using var store = Store.Open(options.Paths.Database);
        var registry = options.Paths.OpenRegistry();
        var engine = new StoredEngine(store, registry, options.Features, _time, _logger, new ModelCache(options.Paths.ModelCache));
        using var telemetry = new Telemetry("fraud-detection-api", settings);
        using var record = new RecordMetrics(store);
        using var kafka = options.Kafka is { } brokers
            ? new KafkaGateway(brokers, store.Cases, _time, loggers.CreateLogger("Vigil.Detection")) : null;
        if (kafka is null)
            Undecided(_logger);
        var board = new ModelBoard(store, registry, _time, _logger);
        var services = new ApiServices(store, (Web.Decisions.IDecisionGateway?)kafka ?? new NoKafka(), KnownEngines.Names)
        {
            Engine = engine.View,
            Registry = board.Now,
            Compare = board.Compare,
            Models = decision => engine.Find(decision) ?? KnownEngines.Model(registry, decision),
            IsOneOfMany = true,
            Probes = kafka is null ? [] : [kafka.Probe],
            Metrics = telemetry.AnswerApiAsync,
            Logging = logging => logging.AddProvider(new HostLoggerProvider(loggers)),
            Time = _time,
            Backtest = new BacktestRunner(store, () => engine.Features, _time).Run,
        };
        var key = BootstrapKey.Choose(api, store);
        await using var servers = await Servers.StartAsync((VigilApi.Build(key.Apply(api), services), api.Port));
        key.Store(store);
        key.Show();
        Say(servers.Url(0), key);

        await Task.WhenAll(
            telemetry.Watch(store, options.Paths, _logger, stop), GuardAsync("model watch", engine.RunAsync(stop), stop),
            GuardAsync("list of models", board.RunAsync(stop), stop));
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        Stopping(_logger);
        await servers.StopAsync();
        Stopped(_logger);
    }

    /// <summary>Lets what runs beside the requests end without ending them.</summary>
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
            // Top of the loop: requests are answered all the same.
            Ended(_logger, name, e);
        }
    }

    private void Say(string url, BootstrapKey key)
    {
        if (options.LogFormat != Logging.Text)
        {
            Serving(_logger, url, key.Source);
            return;
        }

        Console.WriteLine(
            $"""

            Vigil's API is serving.
              API docs   {url}/api/docs
              Health     {url}/health/ready
              Metrics    {url}/metrics
              Deciding   {(options.Kafka is { } brokers ? $"detectors behind Kafka at {brokers}, topic {brokers.Topic}" : "nobody: KAFKA_BOOTSTRAP_SERVERS is not set")}
              API key    bootstrap: {key.Source}

            Ctrl-C stops.
            """);
    }

    [LoggerMessage(EventId = 4064, Level = LogLevel.Error, Message = "The {Name} ended; requests are answered without it")]
    private static partial void Ended(ILogger logger, string name, Exception exception);

    [LoggerMessage(EventId = 4053, Level = LogLevel.Warning, Message = "KAFKA_BOOTSTRAP_SERVERS is not set: transactions that are posted are refused")]
    private static partial void Undecided(ILogger logger);

    [LoggerMessage(EventId = 4054, Level = LogLevel.Information, Message = "Serving at {Api}; the API key is {Key}")]
    private static partial void Serving(ILogger logger, string api, string key);

    [LoggerMessage(EventId = 4055, Level = LogLevel.Information, Message = "Stopping: what was asked is answered first")]
    private static partial void Stopping(ILogger logger);

    [LoggerMessage(EventId = 4056, Level = LogLevel.Information, Message = "Stopped")]
    private static partial void Stopped(ILogger logger);
}
