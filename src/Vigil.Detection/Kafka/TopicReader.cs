using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Reads a topic from where a group left it, or from its beginning, to what is its end now. It joins no group: one
/// reader at a time.
/// </summary>
public sealed class TopicReader : IDisposable
{
    private readonly KafkaSettings _settings;
    private readonly string _topic;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly Dictionary<int, long> _next = [];
    private readonly Dictionary<int, long> _ends = [];

    /// <param name="settings">Where.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">Whose offsets say how far it was read before, and take how far it was read now.</param>
    /// <param name="fromStart">Whether to begin at the beginning nevertheless.</param>
    /// <param name="logger">Takes what the library says.</param>
    /// <exception cref="KafkaProblemException">There is no such topic, or no broker answers.</exception>
    public TopicReader(KafkaSettings settings, string topic, string group, bool fromStart, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _topic) = (settings, topic);
        var partitions = Partitions(settings, topic, logger);
        _consumer = KafkaClients.Consumer(
            new ConsumerConfig(settings.Client())
            {
                GroupId = group,
                EnableAutoCommit = false,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                EnablePartitionEof = true,
                QueuedMaxMessagesKbytes = 16 * 1024,
            },
            logger);
        Ask(() => Assign(partitions, fromStart));
    }

    /// <summary>The messages, in the order of each partition.</summary>
    /// <exception cref="KafkaProblemException">No broker answers.</exception>
    public IEnumerable<LogRecord> Read()
    {
        while (_next.Any(partition => partition.Value < _ends[partition.Key]))
        {
            var result = Ask(() => _consumer.Consume(KafkaClients.Patience))
                ?? throw new KafkaProblemException($"{_topic}: {_settings.BootstrapServers} sends nothing");
            var partition = result.Partition.Value;
            if (result.IsPartitionEOF)
            {
                // It may come before the end that was seen: messages of a transaction that is open cannot be read yet.
                _next[partition] = _ends[partition] = result.Offset.Value;
            }
            else if (result.Offset.Value < _ends[partition])
            {
                _next[partition] = result.Offset.Value + 1;
                yield return LogRecord.Of(result);
            }
        }
    }

    /// <summary>Keeps for the group what has been read, so that the next reader begins behind it.</summary>
    /// <exception cref="KafkaProblemException">No broker answers.</exception>
    public void Commit() => Ask(() =>
    {
        _consumer.Commit(_next.Select(next => new TopicPartitionOffset(_topic, next.Key, next.Value)));
        return true;
    });

    public void Dispose() => _consumer.Dispose();

    private static int Partitions(KafkaSettings settings, string topic, ILogger logger)
    {
        using var topics = new Topics(settings, logger);
        var partitions = topics.Partitions(topic);
        return partitions > 0 ? partitions : throw new KafkaProblemException($"there is no topic {topic} at {settings}");
    }

    private bool Assign(int partitions, bool fromStart)
    {
        var all = Enumerable.Range(0, partitions).Select(number => new TopicPartition(_topic, number)).ToList();
        foreach (var committed in _consumer.Committed(all, KafkaClients.Patience))
        {
            var range = _consumer.QueryWatermarkOffsets(committed.TopicPartition, KafkaClients.Patience);
            var start = fromStart || committed.Offset.IsSpecial ? range.Low.Value : Math.Max(range.Low.Value, committed.Offset.Value);
            (_next[committed.Partition.Value], _ends[committed.Partition.Value]) = (start, range.High.Value);
        }

        _consumer.Assign(_next.Select(next => new TopicPartitionOffset(_topic, next.Key, next.Value)));
        return true;
    }

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException e)
        {
            throw new KafkaProblemException($"{_topic}: {KafkaClients.Describe(e.Error)}", e);
        }
    }
}
