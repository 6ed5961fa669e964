using Vigil.Detection.Kafka;

namespace Vigil.Cli.Host.Api;

/// <summary>What <c>vigil api</c> was asked for.</summary>
/// <param name="Paths">Database and models.</param>
/// <param name="Kafka">The way to the detectors; null for none.</param>
/// <param name="Features">Feature set while no model is in charge; null for the one that ships as default.</param>
/// <param name="LogFormat">As <see cref="Logging"/> has them.</param>
internal sealed record ApiHostOptions(DataPaths Paths, KafkaSettings? Kafka, string? Features, string LogFormat);
