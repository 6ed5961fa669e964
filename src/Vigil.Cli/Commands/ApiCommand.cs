using System.CommandLine;
using Serilog.Extensions.Logging;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Api;
using Vigil.Cli.Host.Kafka;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil api</c>: the API alone.</summary>
internal static class ApiCommand
{
    private static readonly Option<string?> Database = DataPaths.DatabaseOption();

    private static readonly Option<string?> Models = DataPaths.ModelsOption();

    private static readonly Option<int?> Port = new("--port") { Description = "Port of the API and its metrics (default: API_PORT, then 8000)" };

    private static readonly KafkaOptions Kafka = new();

    private static readonly Option<string?> Features = new("--features")
    {
        Description = "Feature set while no model is in charge: the name of one that ships, or a file (default: default)",
    };

    private static readonly LogOptions Log = new();

    public static Command Create()
    {
        var command = new Command("api", "Serve the API alone: detectors behind Kafka decide what is posted")
        {
            Database, Models, Port, Features,
        };
        Kafka.AddTo(command);
        Log.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var shutdown = new Shutdown();
        var settings = Settings.Read();
        var api = ApiSettings.Read(parsed.GetValue(Port), settings);
        var options = new ApiHostOptions(
            DataPaths.Of(parsed.GetValue(Database), parsed.GetValue(Models), settings), Kafka.ReadOrNull(parsed),
            parsed.GetValue(Features), Log.Format(parsed, settings));
        await using var log = Log.Open(parsed, settings, "fraud-detection-api");
        using var loggers = new SerilogLoggerFactory(log);
        await new ApiHost(options, api, settings, loggers).RunAsync(shutdown.Token);
        return ExitCode.Ok;
    }
}
