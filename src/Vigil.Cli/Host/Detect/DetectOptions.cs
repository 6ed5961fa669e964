using Vigil.Detection.Kafka;

namespace Vigil.Cli.Host.Detect;

/// <summary>What <c>vigil detect</c> was asked to do.</summary>
/// <param name="Paths">Database and models.</param>
/// <param name="Kafka">Servers, topics and group.</param>
/// <param name="Reading">How the topic is read.</param>
/// <param name="Host">IP address of the metrics.</param>
/// <param name="MetricsPort">Port of the metrics.</param>
/// <param name="Features">Feature set while no model is in charge; null for <c>default</c>.</param>
internal sealed record DetectOptions(
    DataPaths Paths, KafkaSettings Kafka, PartitionLogOptions Reading, string Host, int MetricsPort, string? Features);
