using Microsoft.Extensions.Logging;
using Vigil.Cli.Host.Models;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Vigil.Training.Drift;
using Vigil.Training.Registry;

namespace Vigil.Cli.Host;

/// <summary>Looks every DRIFT_INTERVAL whether payments are still as they were when the model in charge was made, and tells it.</summary>
internal sealed partial class DriftWatch
{
    private const string IntervalVariable = "DRIFT_INTERVAL";
    private const string WindowVariable = "DRIFT_WINDOW";

    // Long enough for a start to be over, short enough for somebody who waits for the first look.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private readonly DecisionLoop _loop;
    private readonly Store _store;
    private readonly ModelRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _interval;
    private readonly long _window;
    private readonly DriftLimits _limits = new();
    private RegisteredModel? _model;
    private string _said = "";

    /// <exception cref="CommandException">A variable is no span of time.</exception>
    public DriftWatch(DecisionLoop loop, Store store, ModelRegistry registry, Settings settings, TimeProvider time, ILogger logger)
    {
        (_loop, _store, _registry, _time, _logger) = (loop, store, registry, time, logger);
        _interval = TimeSpan.FromMicroseconds(Span(settings, IntervalVariable, Timestamp.Day / 24));
        _window = Span(settings, WindowVariable, DriftReading.UsualSpan);
        if (_window == 0)
            throw new CommandException($"{WindowVariable} must be longer than nothing", ExitCode.Usage);
    }

    /// <summary>Looks until it is cancelled; returns at once where the interval is 0.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (_interval == TimeSpan.Zero)
            return;
        using var metrics = new DriftMetrics();
        for (var delay = _interval < FirstLook ? _interval : FirstLook; ; delay = _interval)
        {
            await Task.Delay(delay, _time, cancel);
            try
            {
                await Task.Run(() => Look(metrics, cancel), cancel);
            }
            catch (Exception e) when (e is StorageException or RegistryException or FeatureSetException or InvalidDataException or ArgumentException)
            {
                metrics.Failed();
                Failed(_logger, e);
            }
        }
    }

    private void Look(DriftMetrics metrics, CancellationToken cancel)
    {
        if (_loop.Setup.Model is not { } deciding || !int.TryParse(deciding.Version, out var version))
        {
            metrics.Nothing();
            return;
        }

        if (_model?.Version != version)
        {
            metrics.Nothing();
            _model = _registry.Load(version, _loop.Setup.Features, cancel);
        }

        if (_model.Reference is not { } reference || _store.Bounds().NewestTime is not { } newest)
            return;
        var now = _time.GetUtcNow();
        var report = DriftReading.Read(
            _store, _model, reference, newest - _window, null, _limits, Timestamp.FromDateTime(now.UtcDateTime), (_, _) => { }, cancel);
        metrics.Tell(report, now, report.Rows >= _limits.MinRows);
        // Said when it changes, not every hour.
        var said = string.Join("; ", report.Alerts.Select(alert => alert.Split(':', ' ')[0]));
        if (said != _said && report.Drifted)
            Drifted(_logger, version, string.Join("; ", report.Alerts));
        _said = said;
    }

    private static long Span(Settings settings, string name, long otherwise) =>
        settings[name] is not { } text ? otherwise
        : text == "0" ? 0
        : Window.TryParseSpan(text, out var span) ? span
        : throw new CommandException($"{name} is a span of time such as 30m, 12h or 7d, or 0; not {text}", ExitCode.Usage);

    [LoggerMessage(EventId = 4070, Level = LogLevel.Warning, Message = "Payments are no longer as they were when model version {Version} was made: {Alerts}")]
    private static partial void Drifted(ILogger logger, int version, string alerts);

    [LoggerMessage(EventId = 4071, Level = LogLevel.Warning, Message = "The look for drift failed; the next is as usual")]
    private static partial void Failed(ILogger logger, Exception exception);
}
