using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Looks at brokers, topics and groups without changing them. All methods throw <see cref="KafkaProblemException"/>; not
/// every broker answers every question. Safe to use from any thread.
/// </summary>
public sealed class KafkaInspection : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly KafkaSettings _settings;
    private readonly IAdminClient _admin;
    private readonly Lazy<IConsumer<byte[]?, byte[]?>> _offsets;
    private readonly Lazy<Metadata> _metadata;

    /// <param name="settings">Where.</param>
    /// <param name="patience">How long one question may take.</param>
    /// <param name="logger">Takes what the library says.</param>
    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public KafkaInspection(KafkaSettings settings, TimeSpan patience, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _patience) = (settings, patience);
        _admin = KafkaClients.Admin(settings, logger);
        // It joins no group: of one it only reads the offsets.
        _offsets = new(() => KafkaClients.Consumer(
            new ConsumerConfig(settings.Client()) { GroupId = settings.Group, EnableAutoCommit = false }, logger));
        // All topics are asked for: a question about one would create it on brokers that are set up that way.
        _metadata = new(() => _admin.GetMetadata(patience));
    }

    /// <summary>host:port of the brokers that are there.</summary>
    public IReadOnlyList<string> Brokers() => Ask(() => _metadata.Value.Brokers
        .Select(broker => string.Create(CultureInfo.InvariantCulture, $"{broker.Host}:{broker.Port}")).ToList());

    /// <summary>The version that the brokers speak to each other, such as 3.9; null where they do not say, as from Kafka 4.0 on.</summary>
    public async Task<string?> VersionAsync()
    {
        var broker = Ask(() => _metadata.Value.Brokers[0].BrokerId);
        return (await ConfigAsync(ResourceType.Broker, broker.ToString(CultureInfo.InvariantCulture))).GetValueOrDefault("inter.broker.protocol.version");
    }

    public KafkaTopicFacts Topic(string topic) => Ask(() =>
    {
        var partitions = _metadata.Value.Topics.Find(known => known.Topic == topic)?.Partitions ?? [];
        return new KafkaTopicFacts(
            partitions.Count, partitions.Count == 0 ? 0 : partitions.Min(p => p.Replicas.Length),
            partitions.Count(p => p.Leader < 0), partitions.Count(p => p.InSyncReplicas.Length < p.Replicas.Length));
    });

    /// <summary>How long a topic keeps messages; null where for ever.</summary>
    public async Task<TimeSpan?> RetentionAsync(string topic)
    {
        var config = await ConfigAsync(ResourceType.Topic, topic);
        return long.TryParse(config.GetValueOrDefault("retention.ms"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var millis)
            ? millis < 0 ? null : TimeSpan.FromMilliseconds(millis)
            : throw new KafkaProblemException($"the brokers do not say how long {topic} keeps messages");
    }

    /// <summary>How far a group is in a topic.</summary>
    /// <param name="topic">The topic, which must be there.</param>
    /// <param name="group">Another group than the settings'; null for that.</param>
    public KafkaLag Lag(string topic, string? group = null) => Ask(() =>
    {
        using var other = group is null ? null : Reader(group);
        var all = Enumerable.Range(0, Topic(topic).Partitions).Select(number => new TopicPartition(topic, number)).ToList();
        var (messages, lost, unread, kept) = (0L, 0L, 0, 0L);
        foreach (var committed in (other ?? _offsets.Value).Committed(all, _patience))
        {
            var range = _offsets.Value.QueryWatermarkOffsets(committed.TopicPartition, _patience);
            var (low, high) = (range.Low.Value, range.High.Value);
            kept += high - low;
            if (committed.Offset.IsSpecial)
            {
                unread++;
                messages += high - low;
                continue;
            }

            messages += Math.Max(0, high - Math.Max(low, committed.Offset.Value));
            lost += Math.Max(0, low - committed.Offset.Value);
        }

        return new KafkaLag(messages, lost, unread, kept);
    });

    /// <summary>Members of the group of the settings: detectors that run.</summary>
    public async Task<int> MembersAsync() => await AskAsync(async () =>
    {
        var groups = await _admin.DescribeConsumerGroupsAsync(
            [_settings.Group], new DescribeConsumerGroupsOptions { RequestTimeout = _patience });
        return groups.ConsumerGroupDescriptions[0].Members.Count;
    });

    /// <summary>The time of the message with the latest, as its producer or the broker put it; null where there is none.</summary>
    public async Task<DateTime?> NewestAsync(string topic) => await AskAsync<DateTime?>(async () =>
    {
        var all = Enumerable.Range(0, Topic(topic).Partitions)
            .Select(number => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, number), OffsetSpec = OffsetSpec.MaxTimestamp() });
        var found = await _admin.ListOffsetsAsync(all, new ListOffsetsOptions { RequestTimeout = _patience });
        var newest = found.ResultInfos.Max(info => info.Timestamp);
        return newest > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(newest).UtcDateTime : null;
    });

    public void Dispose()
    {
        if (_offsets.IsValueCreated)
            _offsets.Value.Dispose();
        _admin.Dispose();
    }

    private IConsumer<byte[]?, byte[]?> Reader(string group) => KafkaClients.Consumer(
        new ConsumerConfig(_settings.Client()) { GroupId = group, EnableAutoCommit = false }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private Task<Dictionary<string, string?>> ConfigAsync(ResourceType type, string name) => AskAsync(async () =>
    {
        var results = await _admin.DescribeConfigsAsync(
            [new ConfigResource { Type = type, Name = name }], new DescribeConfigsOptions { RequestTimeout = _patience });
        return results[0].Entries.ToDictionary(entry => entry.Key, entry => (string?)entry.Value.Value);
    });

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException e)
        {
            throw Explain(e);
        }
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (KafkaException e)
        {
            throw Explain(e);
        }
    }

    private KafkaProblemException Explain(KafkaException e) => new($"{_settings}: {KafkaClients.Describe(e.Error)}", e);
}
