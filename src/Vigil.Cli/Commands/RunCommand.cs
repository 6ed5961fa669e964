using System.CommandLine;
using Serilog.Extensions.Logging;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Embedded;
using Vigil.Cli.Metrics;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil run</c>: everything in one process.</summary>
internal static class RunCommand
{
    private const int DefaultHistoryDays = 90;

    // Long enough to watch it catch up with the present, short enough to see it arrive.
    private const int DaysBeforeNow = 14;

    private static readonly Option<string> DataDir = new("--data-dir")
    {
        Description = "Folder of the database and the models",
        DefaultValueFactory = _ => "data",
    };

    private static readonly Option<int?> Port = new("--port") { Description = "Port of the API (default: API_PORT, then 8000)" };

    private static readonly Option<int?> MetricsPort = new("--metrics-port")
    {
        Description = "Port of the metrics (default: PROMETHEUS_PORT, then 8001)",
    };

    private static readonly Option<bool> NoSimulate = new("--no-simulate")
    {
        Description = "Simulate nothing: decide only what is sent",
    };

    private static readonly Option<int> Customers = new("--customers")
    {
        Description = "Simulated customers",
        DefaultValueFactory = _ => 1_000,
    };

    private static readonly Option<int?> Terminals = new("--terminals")
    {
        Description = "Simulated terminals (default: two for each customer)",
    };

    private static readonly Option<int> HistoryDays = new("--history-days")
    {
        Description = "Days of simulated history",
        DefaultValueFactory = _ => DefaultHistoryDays,
    };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Of the simulation", DefaultValueFactory = _ => 0 };

    private static readonly Option<double> LiveRate = new("--live-rate")
    {
        Description = "Most simulated payments per second, above 0 to 1000",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string?> Features = new("--features")
    {
        Description = "Feature set while no model is in charge: the name of one that ships, or a file (default: default)",
    };

    private static readonly LogOptions Log = new();

    public static Command Create()
    {
        var command = new Command("run", "Run everything in one process: API, decisions, metrics, and a demonstration in an empty folder")
        {
            DataDir, Port, MetricsPort, NoSimulate, Customers, Terminals, HistoryDays, Seed, LiveRate, Features,
        };
        Log.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var shutdown = new Shutdown();
        var settings = Settings.Read();
        var options = Options(parsed, settings);
        var api = ApiSettings.Read(parsed.GetValue(Port), settings);
        await using var log = Log.Open(parsed, settings, "vigil");
        using var loggers = new SerilogLoggerFactory(log);
        await new EmbeddedHost(options, api, settings, loggers).RunAsync(shutdown.Token);
        return ExitCode.Ok;
    }

    private static RunOptions Options(ParseResult parsed, Settings settings)
    {
        var days = parsed.GetValue(HistoryDays);
        var simulation = SimulateCommand.Scaled(parsed.GetValue(Customers), parsed.GetValue(Terminals)) with
        {
            Days = days,
            Seed = parsed.GetValue(Seed),
            StartDate = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-Math.Clamp(days, 1, SimulationOptions.MaxDay / 2) - DaysBeforeNow),
        };
        if (simulation.Problem() is { } problem)
            throw new CommandException(problem, ExitCode.Usage);
        var rate = parsed.GetValue(LiveRate);
        if (!(rate is > 0 and <= 1_000))
            throw new CommandException($"--live-rate must be above 0 and at most 1000, not {rate}", ExitCode.Usage);
        var folder = parsed.GetResult(DataDir) is { Implicit: false } ? parsed.GetValue(DataDir) : null;
        var paths = folder is null
            ? DataPaths.Of(null, null, settings)
            : DataPaths.Of(Path.Combine(folder, "vigil.db"), null, settings);
        return new RunOptions(
            paths, Number(parsed.GetValue(MetricsPort), settings, "PROMETHEUS_PORT", MetricsServer.DefaultPort),
            !parsed.GetValue(NoSimulate), simulation, rate, parsed.GetValue(Features),
            Log.Format(parsed, settings));
    }

    private static int Number(int? given, Settings settings, string name, int otherwise)
    {
        if (given is null && settings[name] is { } text)
            given = int.TryParse(text, out var number) ? number : throw new CommandException($"{name} is not a port number: {text}", ExitCode.Usage);
        return (given ?? otherwise) is var port and >= 0 and <= 65_535
            ? port
            : throw new CommandException($"the metrics port is not between 0 and 65535: {given}", ExitCode.Usage);
    }
}
