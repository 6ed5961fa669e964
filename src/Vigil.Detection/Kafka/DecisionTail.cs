using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Follows the topic of decisions from where it ends now: all partitions, without a group, also those that are added
/// later. Each instance of the API has one, so that it hears of every decision whoever made it. Safe for several threads.
/// </summary>
public sealed class DecisionTail : IDisposable
{
    // Brokers answer as soon as there is a message; these bound what an idle topic, a full queue and an error cost.
    private const int FetchWaitMilliseconds = 50;
    private const int BackoffMilliseconds = 20;
    private const int QueueKib = 32 * 1024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly KafkaSettings _settings;
    private readonly TimeSpan _lookEvery;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAdminClient _admin;
    private readonly HashSet<int> _followed = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<DecisionWait>> _waits = new(StringComparer.Ordinal);
    private readonly AutoResetEvent _look = new(false);
    private readonly Thread _reading;
    private readonly Thread _looking;
    private volatile TailState _state;
    private volatile int _waiting;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private int _firstPartitions;
    private string _said = "";

    /// <summary>Starts to follow; <see cref="State"/> says when decisions can be waited for.</summary>
    /// <param name="settings">Servers and topics.</param>
    /// <param name="logger">Takes what happens.</param>
    /// <param name="lookEvery">How often it looks for new partitions, and whether the brokers answer; 5 s where null.</param>
    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public DecisionTail(KafkaSettings settings, ILogger logger, TimeSpan? lookEvery = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _logger, _lookEvery) = (settings, logger, lookEvery ?? LookEvery);
        _consumer = KafkaClients.Consumer(Config(settings), logger, builder => builder.SetErrorHandler((_, error) => Suspect(error)));
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        _reading = new Thread(Read) { Name = "vigil decisions tail", IsBackground = true };
        _looking = new Thread(Look) { Name = "vigil decisions topic", IsBackground = true };
        _reading.Start();
        _looking.Start();
    }

    /// <summary>Whether decisions can be waited for.</summary>
    public TailState State => _state;

    /// <summary>Done when the end of every partition is known: what is told from then on is heard.</summary>
    public Task Started => _started.Task;

    /// <summary>
    /// Waits for the decision about a transaction that is not sent yet: one that was told before is not heard of.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Started"/> is not done.</exception>
    public DecisionWait Expect(string transactionId)
    {
        if (!Started.IsCompleted)
            throw new InvalidOperationException("decisions could be missed: the ends of the partitions are not known yet");
        var wait = new DecisionWait(this, transactionId);
        lock (_lock)
        {
            if (!_waits.TryGetValue(transactionId, out var waits))
                _waits[transactionId] = waits = new List<DecisionWait>(1);
            waits.Add(wait);
            _waiting = _waits.Count;
        }

        return wait;
    }

    public void Dispose()
    {
        _stopping = true;
        _look.Set();
        _reading.Join();
        _looking.Join();
        _admin.Dispose();
        _consumer.Dispose();
        _look.Dispose();
    }

    internal void Forget(DecisionWait wait)
    {
        lock (_lock)
        {
            if (_waits.TryGetValue(wait.TransactionId, out var waits) && waits.Remove(wait) && waits.Count == 0)
                _waits.Remove(wait.TransactionId);
            _waiting = _waits.Count;
        }
    }

    private static ConsumerConfig Config(KafkaSettings settings) => new(settings.Client())
    {
        // The library wants one; nothing joins it, and no offset is stored.
        GroupId = settings.Group,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        // Where the place that was read is gone, the topic was made anew or cleared: what matters comes from now on.
        AutoOffsetReset = AutoOffsetReset.Latest,
        FetchMinBytes = 1,
        FetchWaitMaxMs = FetchWaitMilliseconds,
        FetchErrorBackoffMs = BackoffMilliseconds,
        FetchQueueBackoffMs = BackoffMilliseconds,
        QueuedMaxMessagesKbytes = QueueKib,
        ReconnectBackoffMaxMs = (int)RetryEvery.TotalMilliseconds * 2,
        ConsumeResultFields = "headers",
        AllowAutoCreateTopics = false,
    };

    private void Read()
    {
        while (!_stopping)
        {
            try
            {
                if (_consumer.Consume(Slice) is { } result && _waiting > 0)
                    Take(result.Message);
            }
            catch (ConsumeException e)
            {
                // The library tries again by itself; the other thread finds out what it means.
                Suspect(e.Error);
            }
            catch (Exception e)
            {
                // Top of the loop: one message must not silence the rest.
                _logger.TailBroken(e, _settings.DecisionsTopic);
            }
        }
    }

    private void Take(Message<byte[]?, byte[]?> message)
    {
        if (message.Headers is null || !message.Headers.TryGetLastBytes(DecisionsTopic.IdHeader, out var id) || id is null)
            return;
        lock (_lock)
        {
            if (_waits.TryGetValue(Encoding.UTF8.GetString(id), out var waits) && DecisionNotice.TryReadKind(message.Value, out var kind))
                waits.ForEach(wait => wait.Tell(kind));
        }
    }

    private void Suspect(Error error)
    {
        if (error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication)
            Fail(TailState.Unreachable, KafkaClients.Describe(error));
        _look.Set();
    }

    private void Look()
    {
        while (!_stopping)
        {
            try
            {
                Follow();
            }
            catch (KafkaException e)
            {
                Fail(TailState.Unreachable, KafkaClients.Describe(e.Error));
            }
            catch (Exception e)
            {
                // Top of the loop, as above.
                _logger.TailBroken(e, _settings.DecisionsTopic);
            }

            // Whatever wakes it, it asks no more often than this.
            if (_look.WaitOne(_state == TailState.Ready ? _lookEvery : RetryEvery) && !_stopping)
                Thread.Sleep(RetryEvery / 5);
        }
    }

    /// <summary>Finds the partitions and goes to the end of those that it does not follow yet.</summary>
    private void Follow()
    {
        var metadata = _admin.GetMetadata(Patience);
        if (Partitions(metadata, _settings.Topic) == 0)
        {
            Fail(TailState.NoTopic, $"there is no topic {_settings.Topic}");
            return;
        }

        var partitions = Partitions(metadata, _settings.DecisionsTopic);
        if (partitions == 0)
        {
            Fail(TailState.NoTopic, $"there is no topic {_settings.DecisionsTopic}");
            return;
        }

        if (_firstPartitions == 0)
            _firstPartitions = partitions;
        for (var number = 0; number < partitions; number++)
        {
            if (!_followed.Contains(number))
                Follow(new TopicPartition(_settings.DecisionsTopic, number));
        }

        _state = TailState.Ready;
        _started.TrySetResult();
        if (_said.Length == 0)
            return;
        _said = "";
        _logger.TailWorks(_settings.DecisionsTopic);
    }

    private void Follow(TopicPartition partition)
    {
        // A partition that came later is new as a whole: decisions may be in it already.
        var start = partition.Partition.Value < _firstPartitions
            ? _consumer.QueryWatermarkOffsets(partition, Patience).High
            : new Offset(0);
        _consumer.IncrementalAssign([new TopicPartitionOffset(partition, start)]);
        _followed.Add(partition.Partition.Value);
        _logger.TailStarts(_settings.DecisionsTopic, partition.Partition.Value, start.Value);
    }

    private void Fail(TailState state, string problem)
    {
        _state = state;
        lock (_lock)
        {
            if (_said == problem)
                return;
            _said = problem;
        }

        _logger.TailFails(_settings.DecisionsTopic, problem);
    }

    private static int Partitions(Metadata metadata, string topic) =>
        metadata.Topics.Find(known => known.Topic == topic)?.Partitions.Count ?? 0;
}
