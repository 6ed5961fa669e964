using Microsoft.Extensions.Logging;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Cli.Metrics;
using Vigil.Core.Features;
using Vigil.Detection;
using Vigil.Detection.Embedded;
using Vigil.Detection.Rules;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web;

namespace Vigil.Cli.Host.Embedded;

/// <summary>
/// Everything in one process: the API and the metrics are up at once, while a history is simulated and a model is
/// trained where the database is empty; then the loop decides. Ends by a signal, when what was taken is decided.
/// </summary>
internal sealed partial class EmbeddedHost(RunOptions options, ApiOptions api, Settings settings, ILoggerFactory loggers)
{
    private const int ApiPlace = 0;
    private const int MetricsPlace = 1;

    private readonly ILogger _logger = loggers.CreateLogger("Vigil.Run");
    private readonly EmbeddedGateway _gateway = new();
    private readonly ModelRegistry _registry = options.Paths.OpenRegistry();
    private readonly ModelCache _cache = new(options.Paths.ModelCache);
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly bool _forPeople = options.LogFormat == Logging.Text;

    /// <summary>Runs until a signal comes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        options.Paths.CreateFolder();
        using var store = Store.Open(options.Paths.Database);
        var writer = store.OpenWriter();
        try
        {
            // Read before anything is promised: a model or a feature set that cannot be used is said at once.
            var setup = KnownEngines.AtStart(store, _registry, _cache, options.Features, reason => NotReachable(_logger, reason)) with { Control = ControlSettings.Read(settings) };
            using var telemetry = new Telemetry("vigil", settings);
            using var record = new RecordMetrics(store);
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var board = new ModelBoard(store, _registry, _time, _logger);
            var services = new ApiServices(store, _gateway, KnownEngines.Names)
            {
                Engine = () => _gateway.View(setup),
                Registry = board.Now,
                Compare = board.Compare,
                Models = decision => KnownEngines.Model(_registry, decision),
                Probes = [_gateway.Probe],
                Metrics = telemetry.AnswerApiAsync,
                Logging = logging => logging.AddProvider(new HostLoggerProvider(loggers)),
                Time = _time,
                Backtest = new BacktestRunner(store, () => KnownEngines.Features(_registry, options.Features), _time).Run,
            };
            var key = BootstrapKey.Choose(api, store);
            await using var servers = await Servers.StartAsync(
                (VigilApi.Build(key.Apply(api), services), api.Port),
                (MetricsServer.Build(telemetry.AnswerDetectionAsync, api.Host, options.MetricsPort), options.MetricsPort));
            var watch = Task.WhenAll(
                telemetry.Watch(store, options.Paths, _logger, watching.Token), GuardAsync("list of models", board.RunAsync(watching.Token), watching.Token));
            key.Store(store);
            key.Show();
            try
            {
                var simulation = await Task.Run(() => Prepare(store, writer, ref setup, stop), stop);
                await ServeAsync(store, writer, setup, simulation, servers, key, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Asked to stop while it prepared: what is stored goes on from there.
                await servers.StopAsync();
            }
            finally
            {
                await watching.CancelAsync();
                await watch;
            }
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Fills an empty database and makes the first model, as far as asked for and not done before.</summary>
    /// <returns>Where the simulation stands; null where none is wanted.</returns>
    private SimulationState? Prepare(Store store, DecisionWriter writer, ref EngineSetup setup, CancellationToken stop)
    {
        var progress = new StepProgress(_forPeople ? null : line => Step(_logger, line));
        var stored = writer.FindPosition(SimulationState.PositionName);
        var simulation = stored is not null ? SimulationState.Parse(stored)
            : writer.LastSequence == 0 ? new SimulationState(options.Simulation, 0, 0) : null;
        if (!options.Simulate)
            simulation = null;

        if (simulation is { IsHistory: true } start)
        {
            _gateway.Step = "simulating a history";
            var decider = new BatchDecider(writer, setup, _time);
            simulation = progress.Run(
                $"Simulating {start.Options.Days} days of payments", report => SimulatedHistory.Load(decider, start, report, stop));
        }

        if (setup.Model is null && writer.LastSequence >= FirstModel.MinTransactions)
        {
            _gateway.Step = "training a model";
            var features = setup.Features;
            var version = progress.Run("Training a model", report => Train(store, features, report, stop));
            setup = version is { } made ? KnownEngines.With(setup, _registry.Load(made, cancel: stop)) : setup;
        }

        return simulation;
    }

    private int? Train(Store store, FeatureSet features, Action<double, string> report, CancellationToken stop)
    {
        try
        {
            return FirstModel.Train(store, features, _registry, report, stop);
        }
        catch (Exception e) when (e is Training.Learning.TrainingException || (e is RegistryException && _registry is Training.Registry.Mlflow.MlflowRegistry))
        {
            // Rules decide until there is more to learn from.
            NoModel(_logger, e.Message);
            return null;
        }
    }

    private async Task ServeAsync(
        Store store, DecisionWriter writer, EngineSetup setup, SimulationState? simulation, Servers servers,
        BootstrapKey key, CancellationToken stop)
    {
        await using var loop = new DecisionLoop(writer, setup, new LoopOptions(), _time, loggers.CreateLogger("Vigil.Detection"), store);
        _gateway.Use(loop);
        var (apiUrl, metricsUrl) = (servers.Url(ApiPlace), servers.Url(MetricsPlace));
        if (_forPeople)
            Welcome.Show(apiUrl, metricsUrl, key, setup, simulation is not null);
        else
            Serving(_logger, apiUrl, metricsUrl, key.Source);

        var work = new List<Task>
        {
            GuardAsync("model watch", new ModelWatch(loop, store, _registry, _time, _logger) { Cache = ModelRegistry.IsServer(_registry.Place) ? _cache : null }.RunAsync(stop), stop),
            GuardAsync("drift watch", new DriftWatch(loop, store, _registry, settings, _time, _logger).RunAsync(stop), stop),
            GuardAsync("rules watch", new RulesWatch(loop, store, _time, loggers.CreateLogger("Vigil.Detection")).RunAsync(stop), stop),
        };
        if (simulation is not null)
        {
            var live = new LiveSimulation(loop, store, options.LiveRate, _time, _logger);
            work.Add(GuardAsync("simulated stream", live.RunAsync(simulation, stop), stop));
        }

        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        Stopping(_logger);
        await Task.WhenAll(work);

        // The API first: what it has taken is answered by the loop, which ends when nobody can ask any more.
        await servers.StopAsync();
        await loop.StopAsync();
        Stopped(_logger);
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

    [LoggerMessage(EventId = 4025, Level = LogLevel.Error, Message = "The {Name} ended; decisions go on without it")]
    private static partial void Ended(ILogger logger, string name, Exception exception);

    [LoggerMessage(EventId = 4026, Level = LogLevel.Error, Message = "The model in charge cannot be had: {Reason}")]
    private static partial void NotReachable(ILogger logger, string reason);

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "{Step}")]
    private static partial void Step(ILogger logger, string step);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Warning, Message = "Rules decide alone: {Reason}")]
    private static partial void NoModel(ILogger logger, string reason);

    [LoggerMessage(EventId = 4022, Level = LogLevel.Information, Message = "Serving at {Api}, metrics at {Metrics}; the API key is {Key}")]
    private static partial void Serving(ILogger logger, string api, string metrics, string key);

    [LoggerMessage(EventId = 4023, Level = LogLevel.Information, Message = "Stopping: what was taken is decided first")]
    private static partial void Stopping(ILogger logger);

    [LoggerMessage(EventId = 4024, Level = LogLevel.Information, Message = "Stopped")]
    private static partial void Stopped(ILogger logger);
}
