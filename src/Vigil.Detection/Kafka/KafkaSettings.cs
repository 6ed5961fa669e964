using System.Globalization;
using Confluent.Kafka;

namespace Vigil.Detection.Kafka;

/// <summary>
/// How to reach Kafka, and the names of what is there. Holds secrets: its text form is the servers' names alone.
/// </summary>
public sealed class KafkaSettings
{
    /// <summary>Prefixes of the variables that go to the client library as they are: KAFKA_SSL_CA_LOCATION is ssl.ca.location.</summary>
    private static readonly string[] PassedThrough = ["KAFKA_SSL_", "KAFKA_SASL_"];

    private const string Servers = "KAFKA_BOOTSTRAP_SERVERS";
    private const string Protocol = "KAFKA_SECURITY_PROTOCOL";

    private readonly Dictionary<string, string> _security;

    private KafkaSettings(string servers, Dictionary<string, string> security) =>
        (BootstrapServers, _security) = (servers, security);

    /// <summary>host:port, separated by commas.</summary>
    public string BootstrapServers { get; }

    /// <summary>Topic of the transactions.</summary>
    public string Topic { get; private init; } = "transactions_topic";

    /// <summary>
    /// Name of this member of the group, other than those of all others (Kafka's group.instance.id): one that comes back
    /// under its name within the session timeout has its partitions at once, and no other member notices. Null for none.
    /// </summary>
    public string? InstanceId { get; private init; }

    /// <summary>Group of the detectors.</summary>
    public string Group { get; private init; } = "fraud-detectors";

    /// <summary>Topic of what is no transaction.</summary>
    public string DeadLetterTopic { get; private init; } = "transactions_dlq";

    /// <summary>Topic of the decisions.</summary>
    public string DecisionsTopic { get; private init; } = "fraud_decisions";

    /// <summary>
    /// Reads KAFKA_BOOTSTRAP_SERVERS, KAFKA_TOPIC, KAFKA_GROUP, KAFKA_DLQ_TOPIC, KAFKA_DECISIONS_TOPIC, KAFKA_INSTANCE_ID,
    /// KAFKA_SECURITY_PROTOCOL, KAFKA_SSL_* and KAFKA_SASL_*; the last two are settings of librdkafka, in its
    /// CONFIGURATION.md, with dots for underscores.
    /// </summary>
    /// <param name="variables">Names and values; of the same name, the last counts. Others are passed over.</param>
    /// <exception cref="KafkaProblemException">A value is missing, malformed or without effect.</exception>
    public static KafkaSettings Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables.Where(variable => variable.Value.Length > 0))
            set[name] = value;
        var settings = new KafkaSettings(CheckedServers(set.GetValueOrDefault(Servers, "")), Security(set));
        return settings.Named(
            set.GetValueOrDefault("KAFKA_TOPIC", settings.Topic), set.GetValueOrDefault("KAFKA_GROUP", settings.Group),
            set.GetValueOrDefault("KAFKA_DLQ_TOPIC", settings.DeadLetterTopic),
            set.GetValueOrDefault("KAFKA_DECISIONS_TOPIC", settings.DecisionsTopic), set.GetValueOrDefault("KAFKA_INSTANCE_ID"));
    }

    /// <summary>The same brokers with other names.</summary>
    /// <exception cref="KafkaProblemException">Kafka does not allow such a topic.</exception>
    public KafkaSettings Named(string topic, string group, string deadLetterTopic, string decisionsTopic, string? instance = null) =>
        new(BootstrapServers, _security)
        {
            Topic = CheckedTopic(topic),
            Group = group,
            InstanceId = instance,
            DeadLetterTopic = CheckedTopic(deadLetterTopic),
            DecisionsTopic = CheckedTopic(decisionsTopic),
        };

    public override string ToString() => BootstrapServers;

    /// <summary>Settings that every client of the library has.</summary>
    internal ClientConfig Client() => new(new Dictionary<string, string>(_security, StringComparer.Ordinal))
    {
        BootstrapServers = BootstrapServers,
        ClientId = "vigil",
        SocketKeepaliveEnable = true,
        SocketNagleDisable = true,
    };

    private static string CheckedTopic(string name)
    {
        var allowed = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        return allowed && name.Length is > 0 and <= 249 && name is not ("." or "..")
            ? name
            : throw new KafkaProblemException(
                $"\"{name}\" is no name of a topic: at most 249 letters, digits, dots, underscores and hyphens");
    }

    private static string CheckedServers(string servers)
    {
        if (servers.Length == 0)
            throw new KafkaProblemException($"{Servers} is not set: name the brokers as host:port, separated by commas");
        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = server.LastIndexOf(':');
            var port = colon < 0 ? "9092" : server[(colon + 1)..];
            var valid = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
            if (colon == 0 || server.Length == 0 || server.Any(char.IsWhiteSpace) || !valid)
                throw new KafkaProblemException($"{Servers}: \"{server}\" is not host:port");
        }

        return servers;
    }

    private static Dictionary<string, string> Security(Dictionary<string, string> set)
    {
        var protocol = set.GetValueOrDefault(Protocol, "");
        var kind = protocol.ToLowerInvariant();
        if (kind is not ("" or "plaintext" or "ssl" or "sasl_plaintext" or "sasl_ssl"))
            throw new KafkaProblemException($"{Protocol} is plaintext, ssl, sasl_plaintext or sasl_ssl, not \"{protocol}\"");
        var security = new Dictionary<string, string>(StringComparer.Ordinal);
        if (kind.Length > 0)
            security["security.protocol"] = kind;
        foreach (var (name, value) in set.Where(variable => PassedThrough.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal))))
        {
            // Credentials that are set and silently not used are worse than none.
            var used = name.StartsWith("KAFKA_SSL_", StringComparison.Ordinal) ? kind.EndsWith("ssl", StringComparison.Ordinal)
                : kind.StartsWith("sasl", StringComparison.Ordinal);
            if (!used)
            {
                throw new KafkaProblemException(
                    $"{name} is set, but {Protocol} is {(kind.Length == 0 ? "not set" : kind)}, which does not use it: "
                    + $"set {Protocol}=sasl_ssl (or another that does), or take {name} away");
            }

            security[name["KAFKA_".Length..].ToLowerInvariant().Replace('_', '.')] = value;
        }

        return security;
    }
}
