using System.CommandLine;
using System.Globalization;
using Serilog.Extensions.Logging;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Detect;
using Vigil.Cli.Host.Kafka;
using Vigil.Cli.Metrics;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil detect</c>: the detection service.</summary>
internal static class DetectCommand
{
    private static readonly Option<string?> Database = DataPaths.DatabaseOption();

    private static readonly Option<string?> Models = DataPaths.ModelsOption();

    private static readonly KafkaOptions Kafka = new();

    private static readonly Option<int?> MetricsPort = new("--metrics-port")
    {
        Description = "Port of the metrics and of /health (default: PROMETHEUS_PORT, then 8001; 0 takes a free one)",
    };

    private static readonly Option<string?> Host = new("--host")
    {
        Description = "IP address that the metrics listen on (default: API_HOST, then 127.0.0.1)",
    };

    private static readonly Option<int> Batch = new("--batch")
    {
        Description = "Most transactions that are stored together, 1 to 50000",
        DefaultValueFactory = _ => 8_192,
    };

    private static readonly Option<string?> Features = new("--features")
    {
        Description = "Feature set while no model is in charge: the name of one that ships, or a file (default: default)",
    };

    private static readonly LogOptions Log = new();

    public static Command Create()
    {
        var command = new Command(
            "detect",
            """
            Decide the transactions of the topic KAFKA_TOPIC, as one of any number of instances of the group KAFKA_GROUP

            Each batch is stored in DATABASE_URL together with the positions of its partitions: every transaction is
            decided once, whatever is killed. Decisions are told on KAFKA_DECISIONS_TOPIC, what is no transaction goes
            to KAFKA_DLQ_TOPIC. SIGTERM ends it after the batch under way.

            Examples:
              vigil detect
              vigil detect --bootstrap-servers localhost:9092 --database postgresql://fraud_api@localhost/bankdb
              curl localhost:8001/health/ready
            """)
        {
            Database, Models, MetricsPort, Host, Batch, Features,
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
        var options = Options(parsed, settings);
        await using var log = Log.Open(parsed, settings, "fraud-detection-service");
        using var loggers = new SerilogLoggerFactory(log);
        await new DetectHost(options, settings, loggers).RunAsync(shutdown.Token);
        return ExitCode.Ok;
    }

    private static DetectOptions Options(ParseResult parsed, Settings settings)
    {
        var batch = parsed.GetValue(Batch);
        if (batch is < 1 or > 50_000)
            throw new CommandException($"--batch must be 1 to 50000, not {batch}", ExitCode.Usage);
        var host = parsed.GetValue(Host) ?? settings["API_HOST"] ?? "127.0.0.1";
        if (!System.Net.IPAddress.TryParse(host, out _))
            throw new CommandException($"--host is no IP address: {host}", ExitCode.Usage);
        return new DetectOptions(
            DataPaths.Of(parsed.GetValue(Database), parsed.GetValue(Models), settings),
            Kafka.Read(parsed),
            new PartitionLogOptions { BatchRecords = batch, Linger = TimeSpan.FromMilliseconds(1), GroupCommitEvery = TimeSpan.FromMilliseconds(250) },
            host,
            Port(parsed.GetValue(MetricsPort), settings),
            parsed.GetValue(Features));
    }

    private static int Port(int? given, Settings settings)
    {
        var text = given?.ToString(CultureInfo.InvariantCulture) ?? settings["PROMETHEUS_PORT"];
        if (text is null)
            return MetricsServer.DefaultPort;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65_535
            ? port
            : throw new CommandException($"the metrics port is not between 0 and 65535: {text}", ExitCode.Usage);
    }
}
