using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Kafka;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil setup-topics</c>: makes the topics that are missing.</summary>
internal static class SetupTopicsCommand
{
    private static readonly KafkaOptions Kafka = new();

    private static readonly Option<int> Partitions = new("--partitions")
    {
        Description = "Partitions of a topic that is made: how many detectors can share the work, 1 to 10000",
        DefaultValueFactory = _ => 12,
    };

    private static readonly Option<short?> Replicas = new("--replicas") { Description = "Copies of each partition, 1 to 32 (default: the brokers' setting)" };

    private static readonly Option<bool> Json = new("--json") { Description = "Write the topics and their partitions as JSON" };

    public static Command Create()
    {
        var command = new Command("setup-topics",
            """
            Make the topics of transactions, decisions and dead letters that are missing

            May be run at any time and by several at once: a topic that is there stays as it is, also with other partitions.

            Examples:
              vigil setup-topics
              vigil setup-topics --partitions 24 --replicas 3
            """)
        { Partitions, Replicas, Json };
        Kafka.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var partitions = parsed.GetValue(Partitions);
        if (partitions is < 1 or > 10_000)
            throw new CommandException($"--partitions must be from 1 to 10,000, not {partitions}", ExitCode.Usage);
        var replicas = parsed.GetValue(Replicas);
        if (replicas is < 1 or > 32)
            throw new CommandException($"--replicas must be from 1 to 32, not {replicas}", ExitCode.Usage);
        var settings = Kafka.Read(parsed);
        using var topics = new Topics(settings, NullLogger.Instance);
        var made = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in new[] { settings.Topic, settings.DeadLetterTopic, settings.DecisionsTopic })
            made[name] = await topics.EnsureAsync(name, partitions, replicas);
        if (parsed.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(made, CliJson.Default.SortedDictionaryStringInt32));
        else
            Write(made, partitions);
        return ExitCode.Ok;
    }

    private static void Write(SortedDictionary<string, int> made, int partitions)
    {
        foreach (var (name, has) in made)
            Console.WriteLine($"{name}: {has} partitions{(has == partitions ? "" : ", as it was before")}");
    }
}
