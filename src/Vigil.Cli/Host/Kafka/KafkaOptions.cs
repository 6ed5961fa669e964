using System.CommandLine;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Host.Kafka;

/// <summary>What every command with Kafka takes: where the brokers are. The rest comes from the variables.</summary>
internal sealed class KafkaOptions
{
    private readonly Option<string?> _servers = new("--bootstrap-servers")
    {
        Description = "Brokers, host:port separated by commas (default: KAFKA_BOOTSTRAP_SERVERS)",
    };

    private readonly Option<string?> _topic = new("--topic")
    {
        Description = "Topic of the transactions (default: KAFKA_TOPIC, then transactions_topic)",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_servers);
        command.Add(_topic);
    }

    /// <summary>As <see cref="Read"/>; null where no brokers are named.</summary>
    /// <exception cref="KafkaProblemException">What is set cannot be used.</exception>
    public KafkaSettings? ReadOrNull(ParseResult parsed) =>
        parsed.GetValue(_servers) is null && Settings.Read()["KAFKA_BOOTSTRAP_SERVERS"] is null ? null : Read(parsed);

    /// <exception cref="KafkaProblemException">What is set cannot be used.</exception>
    public KafkaSettings Read(ParseResult parsed)
    {
        var variables = Settings.Read().WithPrefix("KAFKA_").ToList();
        if (parsed.GetValue(_servers) is { } servers)
            variables.Add(new("KAFKA_BOOTSTRAP_SERVERS", servers));
        if (parsed.GetValue(_topic) is { } topic)
            variables.Add(new("KAFKA_TOPIC", topic));
        return KafkaSettings.Read(variables);
    }
}
