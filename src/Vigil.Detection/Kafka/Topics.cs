using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>The topics that there are.</summary>
public sealed class Topics : IDisposable
{
    private readonly IAdminClient _admin;
    private readonly KafkaSettings _settings;

    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public Topics(KafkaSettings settings, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _admin = KafkaClients.Admin(settings, logger);
    }

    /// <summary>Number of partitions of a topic; 0 where there is no such topic.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="patience">How long the question may take; null for as long as any.</param>
    /// <exception cref="KafkaProblemException">No broker answers.</exception>
    public int Partitions(string topic, TimeSpan? patience = null)
    {
        try
        {
            // All topics are asked for: a question about one would create it on brokers that are set up that way.
            var metadata = _admin.GetMetadata(patience ?? KafkaClients.Patience);
            return metadata.Topics.Find(known => known.Topic == topic)?.Partitions.Count ?? 0;
        }
        catch (KafkaException e)
        {
            throw new KafkaProblemException($"{_settings.BootstrapServers}: {KafkaClients.Describe(e.Error)}", e);
        }
    }

    /// <summary>
    /// What tells a topic from a later one of the same name; null where there is none, or the brokers do not say (before
    /// Kafka 2.8).
    /// </summary>
    public string? Id(string topic)
    {
        try
        {
            var described = _admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = KafkaClients.Patience }).GetAwaiter().GetResult();
            var id = described.TopicDescriptions[0].TopicId;
            return id is null || (id.MostSignificantBits == 0 && id.LeastSignificantBits == 0) ? null : id.ToString();
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    /// <summary>Creates a topic where there is none of the name.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="partitions">How many detectors can share it, 1 or more.</param>
    /// <param name="replicas">Copies of each partition; null for what the brokers are set up for.</param>
    /// <returns>Number of partitions that it has now; that of the former topic, where there was one.</returns>
    /// <exception cref="KafkaProblemException">It cannot be created.</exception>
    public async Task<int> EnsureAsync(string topic, int partitions, short? replicas = null)
    {
        var known = Partitions(topic);
        if (known > 0)
            return known;
        try
        {
            await _admin.CreateTopicsAsync(
                [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = replicas ?? -1 }],
                new CreateTopicsOptions { OperationTimeout = KafkaClients.Patience, RequestTimeout = KafkaClients.Patience });
            return partitions;
        }
        catch (CreateTopicsException e) when (e.Results[0].Error.Code == ErrorCode.TopicAlreadyExists)
        {
            return Partitions(topic);
        }
        catch (KafkaException e)
        {
            var error = e is CreateTopicsException created ? created.Results[0].Error : e.Error;
            throw new KafkaProblemException($"the topic {topic} cannot be created: {KafkaClients.Describe(error)}", e);
        }
    }

    public void Dispose() => _admin.Dispose();
}
