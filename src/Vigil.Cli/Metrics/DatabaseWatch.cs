using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Vigil.Cli.Host;
using Vigil.Storage;

namespace Vigil.Cli.Metrics;

/// <summary>Asks the database now and then how it is, for the metrics: whether it answers, its size, the room that is left, open cases.</summary>
internal sealed partial class DatabaseWatch : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Vigil.Database";

    private const double Micro = 1e-6;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _ping;
    private readonly Store _store;
    private readonly string? _folder;
    private readonly long? _limit;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Vitals? _vitals;
    private volatile int _up = 1;

    /// <param name="store">The database.</param>
    /// <param name="paths">Where it is.</param>
    /// <param name="settings">The variables: DATABASE_SIZE_LIMIT_GB.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the database stops answering, and when it answers again.</param>
    /// <exception cref="CommandException">The limit is no number.</exception>
    public DatabaseWatch(Store store, DataPaths paths, Settings settings, TimeProvider time, ILogger logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        _folder = paths.IsOnServer ? null : Path.GetDirectoryName(paths.Database);
        _limit = Limit(settings);
        _failures = _meter.CreateCounter<long>("vigil_database_connection_failures_total", null, "Times that the database did not answer");
        _failures.Add(0);
        _ping = _meter.CreateHistogram(
            "vigil_database_ping_seconds", null, "Time that the database took for the smallest question", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] });
        _meter.CreateObservableGauge("vigil_database_up", () => _up, null, "1 while the database answers");
        Gauge("vigil_database_size_bytes", "Bytes that the database takes on disk", vitals => vitals.Size);
        Gauge("vigil_database_free_bytes", "Bytes that are left: of the file's disk, or below DATABASE_SIZE_LIMIT_GB", Free);
        Gauge("vigil_cases_new", "Flagged transactions that nobody has looked at", vitals => vitals.NewCases);
        Gauge("vigil_cases_oldest_new_timestamp_seconds", "When the oldest of these was decided", vitals => vitals.OldestNewCase * Micro);
        Gauge("vigil_audit_height", "Number of the newest entry of the audit trail", vitals => vitals.AuditHeight);
    }

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            var started = _time.GetTimestamp();
            await Task.Run(Look, cancel);
            // A hundredth of the time at the most, however many cases there are.
            var took = _time.GetElapsedTime(started) * 100;
            await Task.Delay(took > Interval ? took : Interval, _time, cancel);
        }
    }

    public void Dispose() => _meter.Dispose();

    private static long? Limit(Settings settings)
    {
        const string Name = "DATABASE_SIZE_LIMIT_GB";
        if (settings[Name] is not { } text)
            return null;
        return double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var gigabytes) && gigabytes is > 0 and < 1e9
            ? (long)(gigabytes * 1e9)
            : throw new CommandException($"{Name} is not a number of gigabytes above 0: {text}", ExitCode.Usage);
    }

    private void Look()
    {
        try
        {
            var started = _time.GetTimestamp();
            _store.Ping();
            _ping.Record(_time.GetElapsedTime(started).TotalSeconds);
            _vitals = _store.Vitals();
            if (_up == 0)
                Answers(_logger);
            _up = 1;
        }
        catch (StorageException e)
        {
            _failures.Add(1);
            // Said once, not every few seconds.
            if (_up == 1)
                Silent(_logger, e);
            (_up, _vitals) = (0, null);
        }
    }

    private double? Free(Vitals vitals)
    {
        if (_limit is { } limit)
            return Math.Max(0, limit - vitals.Size);
        return _folder is null ? null : new DriveInfo(_folder).AvailableFreeSpace;
    }

    private void Gauge(string name, string description, Func<Vitals, double?> read) => _meter.CreateObservableGauge(
        name, () => _vitals is { } vitals && read(vitals) is { } value ? [new Measurement<double>(value)] : Array.Empty<Measurement<double>>(),
        null, description);

    [LoggerMessage(EventId = 4060, Level = LogLevel.Error, Message = "The database does not answer")]
    private static partial void Silent(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4061, Level = LogLevel.Information, Message = "The database answers again")]
    private static partial void Answers(ILogger logger);
}
