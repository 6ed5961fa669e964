using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// The partitions of a topic that this member of a group owns, read in batches from positions that the caller keeps.
/// The caller polls on one thread, which must keep coming back (<see cref="PartitionLogOptions.MaxPollInterval"/>); it
/// stores what it makes of a batch together with <see cref="PartitionBatch.Next"/>, and then tells
/// <see cref="Processed"/>, so that the operators' tools see the lag. Memory is bounded by the batch and the fetch-ahead.
/// </summary>
public sealed class PartitionLog : IDisposable
{
    private readonly KafkaSettings _settings;
    private readonly PartitionLogOptions _options;
    private readonly Action<IReadOnlyList<int>, bool> _released;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly SortedDictionary<int, OwnedPartition> _owned = [];
    private readonly BatchBuilder _batch;
    private volatile Error? _problem;
    private bool _paused;

    // Whether a partition may want to be told where to start, or wait for the client to do so: looked at for each message.
    private bool _isUnsettled;

    /// <summary>Joins the group; partitions come with the polls.</summary>
    /// <param name="settings">Servers, topic and group.</param>
    /// <param name="options">How to read.</param>
    /// <param name="released">
    /// Called inside <see cref="Poll"/> or <see cref="Dispose"/>, before the partitions go to another member: finish or drop
    /// what is in flight, and forget their state. True: they were lost, and another member may read them already.
    /// </param>
    /// <param name="logger">Takes what happens.</param>
    /// <exception cref="KafkaProblemException">The settings cannot be used.</exception>
    public PartitionLog(
        KafkaSettings settings, PartitionLogOptions options, Action<IReadOnlyList<int>, bool> released, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(released);
        (_settings, _options, _released, _logger) = (settings, options, released, logger);
        _batch = new BatchBuilder(options);
        _consumer = KafkaClients.Consumer(Config(settings, options), logger, builder => builder
            .SetErrorHandler((_, error) => _problem = error)
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Released(partitions, lost: false))
            .SetPartitionsLostHandler((_, partitions) => Released(partitions, lost: true))
            .SetOffsetsCommittedHandler((_, committed) => Committed(committed)));
        _consumer.Subscribe(settings.Topic);
    }

    /// <summary>The partitions that this member owns.</summary>
    public IReadOnlyCollection<int> Owned => _owned.Keys;

    /// <summary>What the brokers or the way to them suffer from; null while nothing is known. Cleared when something arrives.</summary>
    public string? Problem => _problem is { } problem ? KafkaClients.Describe(problem) : null;

    /// <summary>Waits for messages, or for partitions that want to be told where to start; of each that is said once.</summary>
    /// <param name="wait">At most so long; the linger comes on top.</param>
    /// <exception cref="KafkaProblemException">The client cannot go on: make another.</exception>
    public LogBatch Poll(TimeSpan wait)
    {
        _batch.Clear();
        var began = Stopwatch.GetTimestamp();
        var until = wait;
        while (!_batch.IsFull)
        {
            if (_isUnsettled)
                StartWaiting();
            if (_isUnsettled && _batch.IsEmpty && Waiting() is { Count: > 0 } waiting)
                return new LogBatch(waiting, []);
            var left = until - Stopwatch.GetElapsedTime(began);
            var slice = NextSlice(left);
            var wasEmpty = _batch.IsEmpty;
            if (Consume(slice) is { } result)
                Take(result);
            else if (left <= slice)
                break;
            if (wasEmpty && !_batch.IsEmpty)
                until = Stopwatch.GetElapsedTime(began) + _options.Linger;
        }

        return _batch.IsEmpty ? LogBatch.Empty : new LogBatch([], _batch.Build());
    }

    /// <summary>
    /// Reads a partition from a position on: one that waits for it, or again one whose batch came to nothing. One that is
    /// no longer owned is passed over.
    /// </summary>
    public void Start(StartPosition position)
    {
        if (!_owned.TryGetValue(position.Partition, out var owned))
            return;
        owned.Start(position);
        _isUnsettled = true;
        _logger.PartitionStarts(_settings.Topic, position.Partition, position.Offset, position.Reason, position.Stored);
    }

    /// <summary>Tells the group, soon, that everything before a position was processed and stored.</summary>
    /// <param name="partition">The partition; one that is no longer owned is passed over.</param>
    /// <param name="next">The position after the last message that was processed.</param>
    public void Processed(int partition, long next)
    {
        if (!_owned.TryGetValue(partition, out var owned) || owned.Epoch is not { } epoch)
            return;
        // The leader's epoch marks the offset as a detector's; a position that is behind the stored one is still the operator's.
        _consumer.StoreOffset(new TopicPartitionOffset(owned.Name, next, next < owned.Stored ? null : epoch));
    }

    /// <summary>Messages between what was polled and the newest one that the client knows of; null where it knows of none.</summary>
    public long? Lag(int partition)
    {
        if (!_owned.TryGetValue(partition, out var owned) || owned.Position is not { } position)
            return null;
        var end = _consumer.GetWatermarkOffsets(owned.Name).High;
        return end.IsSpecial ? null : Math.Max(0, end.Value - position);
    }

    /// <summary>Stops fetching; polls bring nothing, but keep the membership.</summary>
    public void Pause()
    {
        _paused = true;
        _consumer.Pause(_owned.Values.Select(owned => owned.Name));
    }

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    public void Resume()
    {
        _paused = false;
        _consumer.Resume(_owned.Values.Select(owned => owned.Name));
    }

    /// <summary>Gives the partitions back, commits the group's offsets and leaves the group.</summary>
    public void Dispose()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException e)
        {
            // The group notices by itself, and what was processed is stored by the caller.
            _logger.LeavingFailed(_settings.Topic, KafkaClients.Describe(e.Error));
        }

        _consumer.Dispose();
    }

    private static ConsumerConfig Config(KafkaSettings settings, PartitionLogOptions options) => new(settings.Client())
    {
        GroupId = settings.Group,
        GroupInstanceId = settings.InstanceId,
        EnableAutoCommit = true,
        EnableAutoOffsetStore = false,
        AutoCommitIntervalMs = (int)options.GroupCommitEvery.TotalMilliseconds,
        // A position that is out of range is for the caller to judge: it may mean lost messages.
        AutoOffsetReset = AutoOffsetReset.Error,
        PartitionAssignmentStrategy = options.Cooperative
            ? PartitionAssignmentStrategy.CooperativeSticky
            : PartitionAssignmentStrategy.Range,
        QueuedMaxMessagesKbytes = options.FetchAheadKib,
        // A broker answers one request of a connection after the other: what is asked of each new partition waits behind a
        // fetch that waits for messages.
        FetchWaitMaxMs = 100,
        MaxPollIntervalMs = (int)options.MaxPollInterval.TotalMilliseconds,
        SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
        AllowAutoCreateTopics = false,
    };

    /// <summary>Partitions whose start is not settled want the wait in slices; the linger ends a batch that has messages.</summary>
    private TimeSpan NextSlice(TimeSpan left)
    {
        var most = _isUnsettled ? TimeSpan.FromMilliseconds(20) : left;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < most ? left : most;
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan wait)
    {
        try
        {
            return _consumer.Consume(wait);
        }
        catch (ConsumeException e) when (e.Error.IsFatal)
        {
            throw new KafkaProblemException($"{_settings.Topic}: {KafkaClients.Describe(e.Error)}", e);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            if (e.ConsumerRecord is { } record && _owned.TryGetValue(record.Partition.Value, out var owned))
                owned.AskAgain();
            _isUnsettled = true;
            return null;
        }
        catch (ConsumeException e)
        {
            // The client tries again by itself.
            _problem = e.Error;
            _logger.PollFailed(_settings.Topic, KafkaClients.Describe(e.Error));
            return null;
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        _problem = null;
        if (_owned.TryGetValue(result.Partition.Value, out var owned) && owned.Accepts(result))
            _batch.Add(LogRecord.Of(result));
    }

    private void StartWaiting()
    {
        foreach (var owned in _owned.Values.Where(owned => owned.State == PartitionState.Starting))
        {
            try
            {
                _consumer.Seek(new TopicPartitionOffset(owned.Name, owned.Position!.Value));
                owned.Started();
                _problem = null;
                if (_paused)
                    _consumer.Pause([owned.Name]);
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_State or ErrorCode.Local_PrevInProgress)
            {
                // The client has not taken the assignment in yet; the next slice tries again.
            }
        }

        _isUnsettled = _owned.Values.Any(owned => owned.State is PartitionState.Waiting or PartitionState.Starting);
    }

    private List<AssignedPartition> Waiting()
    {
        var asking = _owned.Values.Where(owned => owned.State == PartitionState.Waiting).Select(owned => owned.Name).ToList();
        var waiting = new List<AssignedPartition>();
        if (asking.Count == 0)
            return waiting;
        try
        {
            foreach (var committed in _consumer.Committed(asking, KafkaClients.Patience))
            {
                var range = _consumer.QueryWatermarkOffsets(committed.TopicPartition, KafkaClients.Patience);
                long? group = committed.Offset.IsSpecial ? null : committed.Offset.Value;
                waiting.Add(new AssignedPartition(
                    committed.Partition.Value, group, group is not null && committed.LeaderEpoch is >= 0, range.Low.Value, range.High.Value));
            }
        }
        catch (KafkaException e)
        {
            _problem = e.Error;
            _logger.PollFailed(_settings.Topic, KafkaClients.Describe(e.Error));
            waiting.Clear();
        }

        waiting.ForEach(partition => _owned[partition.Partition].Announced());
        return waiting;
    }

    /// <summary>From the end on, until the caller has said where to start: so nothing is fetched in vain.</summary>
    private List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        var numbers = partitions.ConvertAll(partition => partition.Partition.Value);
        _logger.PartitionsAssigned(_settings.Topic, numbers);
        foreach (var partition in partitions)
            _owned[partition.Partition.Value] = new OwnedPartition(partition);
        _isUnsettled = true;
        return partitions.ConvertAll(partition => new TopicPartitionOffset(partition, Offset.End));
    }

    private void Released(List<TopicPartitionOffset> partitions, bool lost)
    {
        var numbers = partitions.ConvertAll(partition => partition.Partition.Value);
        _logger.PartitionsReleased(_settings.Topic, numbers, lost);
        _batch.Drop(numbers);
        try
        {
            _released(numbers, lost);
        }
        finally
        {
            numbers.ForEach(number => _owned.Remove(number));
        }
    }

    private void Committed(CommittedOffsets committed)
    {
        if (committed.Error.IsError && committed.Error.Code != ErrorCode.Local_NoOffset)
            _logger.GroupCommitFailed(_settings.Topic, KafkaClients.Describe(committed.Error));
    }
}
