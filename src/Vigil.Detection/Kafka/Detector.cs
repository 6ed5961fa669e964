using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Detection.Embedded;
using Vigil.Storage;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Reads the topic of transactions as a member of its group and has each batch decided and stored together with the
/// positions of its partitions: once, whatever is killed and whenever, because a position moves only from where the
/// batch began. Decisions are told afterwards, at least once, and only then does the group's offset move.
/// </summary>
public sealed class Detector : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly PartitionLogOptions _options;
    private readonly DecisionLoop _loop;
    private readonly Store _store;
    private readonly ILogger _logger;

    // As stored, of the partitions that are read; and where those begin that have no position yet.
    private readonly Dictionary<int, long> _positions = [];
    private readonly Dictionary<int, long> _starts = [];
    private readonly Dictionary<int, long> _untold = [];
    private readonly Meter _meter = new(DecisionLoop.MeterName);
    private readonly Counter<long> _deadLetters;
    private readonly Histogram<double> _delay;
    private readonly TimeProvider _time;
    private long _heard;
    private string _unreachable = "";
    private UnderWay? _underWay;
    private Topics? _topics;
    private string? _topicId;
    private bool _mustRewind;
    private volatile Dictionary<int, long> _lags = [];
    private volatile string _problem = "starting";

    /// <param name="settings">Servers, topics and group.</param>
    /// <param name="options">How the topic is read.</param>
    /// <param name="loop">Decides.</param>
    /// <param name="store">The database of the loop: it holds the positions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what happens.</param>
    public Detector(
        KafkaSettings settings, PartitionLogOptions options, DecisionLoop loop, Store store, TimeProvider time, ILogger logger)
    {
        (_settings, _options, _loop, _store, _time, _logger) = (settings, options, loop, store, time, logger);
        _delay = _meter.CreateHistogram(
            "vigil_commit_delay_seconds", null, "Time from a message's timestamp to the commit of its decision", null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10, 60],
            });
        _deadLetters = _meter.CreateCounter<long>("vigil_dead_letters_total", null, "Messages that are no transactions, put aside");
        _deadLetters.Add(0);
        _meter.CreateObservableGauge(
            "vigil_kafka_lag",
            () => _lags.Select(lag => new Measurement<long>(lag.Value, new KeyValuePair<string, object?>("partition", lag.Key))),
            null, "Messages of an owned partition that are not decided yet");
        _meter.CreateObservableGauge("vigil_kafka_partitions", () => _lags.Count, null, "Partitions that this instance owns");
        _meter.CreateObservableGauge("vigil_kafka_available", () => _problem.Length == 0 ? 1 : 0, null, "1 while the topic can be read");
    }

    /// <summary>What keeps it from reading; empty while nothing does.</summary>
    public string Problem => _problem;

    /// <summary>Reads until it is cancelled; then what is under way is decided, stored and told.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(
        () => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _meter.Dispose();

    private void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Read(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // As asked.
            }
            catch (Exception e)
            {
                // Top of the loop: this client cannot go on, another one can.
                _problem = e is KafkaProblemException or StorageException ? e.Message : "failed";
                _logger.ReadingFailed(e, RetryDelay);
                stop.WaitHandle.WaitOne(RetryDelay);
            }
        }
    }

    private void Read(CancellationToken stop)
    {
        _positions.Clear();
        _starts.Clear();
        _untold.Clear();
        (_underWay, _mustRewind) = (null, false);
        using var topics = new Topics(_settings, _logger);
        EnsureTopics(topics);
        (_topics, _heard, _unreachable) = (topics, _time.GetTimestamp(), "");
        using var letters = new DeadLetters(_settings, _logger);
        using var decisions = new DecisionsTopic(_settings, _logger);
        PartitionLog? log = null;
        log = new PartitionLog(_settings, _options, (partitions, lost) => Release(log, decisions, partitions, lost), _logger);
        using (log)
        {
            while (!stop.IsCancellationRequested)
            {
                if (_mustRewind)
                {
                    _mustRewind = false;
                    Pause(log, "a batch was not stored", stop);
                }

                var batch = log.Poll(_underWay is null ? PollWait : TimeSpan.Zero);
                var unreachable = Unreachable(batch.Partitions.Count > 0);
                _problem = log.Problem ?? unreachable;
                if (batch.Waiting.Count > 0)
                {
                    Finish(log, decisions, stop);
                    Start(log, batch.Waiting);
                }

                // What came after a batch that is not stored is read again, after it.
                if (_mustRewind)
                    continue;
                if (batch.Partitions.Count > 0)
                    Decide(log, letters, decisions, batch.Partitions, stop);
                else if (_underWay is not null)
                    Finish(log, decisions, stop);
                else
                    Told(log, decisions);
                _lags = log.Owned.ToDictionary(partition => partition, partition => log.Lag(partition) ?? 0);
            }

            Finish(log, decisions, stop);
            Told(log, decisions);
        }
    }

    /// <summary>Where the topic is there, those that it writes to are made like it.</summary>
    private void EnsureTopics(Topics topics)
    {
        var partitions = topics.Partitions(_settings.Topic);
        if (partitions == 0)
            throw new KafkaProblemException($"there is no topic {_settings.Topic} at {_settings}: create it (vigil produce ... --create-topic does)");
        topics.EnsureAsync(_settings.DecisionsTopic, partitions).GetAwaiter().GetResult();
        topics.EnsureAsync(_settings.DeadLetterTopic, 1).GetAwaiter().GetResult();
        _topicId = topics.Id(_settings.Topic);
        if (_topicId is { } id && _store.IdentifyTopic(_settings.Topic, id))
            _logger.TopicMadeAnew(_settings.Topic);
    }

    /// <summary>
    /// Whether the brokers are there, asked now and then while nothing comes: the client says nothing of brokers that went
    /// away in good order.
    /// </summary>
    private string Unreachable(bool hasCome)
    {
        if (hasCome)
        {
            (_heard, _unreachable) = (_time.GetTimestamp(), "");
        }
        else if (_time.GetElapsedTime(_heard) >= QuietFor)
        {
            _unreachable = Ask();
            if (_unreachable.Length == 0)
                RequireSameTopic();
            _heard = _time.GetTimestamp();
        }

        return _unreachable;
    }

    private string Ask()
    {
        try
        {
            return _topics!.Partitions(_settings.Topic, AskPatience) > 0 ? "" : $"there is no topic {_settings.Topic}";
        }
        catch (KafkaProblemException e)
        {
            return e.Message;
        }
    }

    /// <summary>A topic of the same name that was made since knows nothing of these positions.</summary>
    private void RequireSameTopic()
    {
        if (_topicId is not null && _topics!.Id(_settings.Topic) is { } id && id != _topicId)
            throw new KafkaProblemException($"the topic {_settings.Topic} was deleted and made anew: it is read from its beginning");
    }

    private void Start(PartitionLog log, IReadOnlyList<AssignedPartition> waiting)
    {
        if (waiting.Count > 0)
            RequireSameTopic();
        var stored = _store.FindPartitionPositions(_settings.Topic);
        foreach (var partition in waiting)
        {
            var number = partition.Partition;
            long? known = stored.TryGetValue(number, out var position) ? position : null;
            var start = StartPosition.Choose(partition, known);
            if (start.Reason == StartReason.Stored && partition.GroupOffset is { } told && told < start.Offset)
                start = start with { Offset = Math.Max(told, partition.First), Reason = StartReason.Untold };
            // What was read before says nothing of what is there now, so the position goes back with the reading.
            if (start.Reason == StartReason.Recreated && known is { } beyond && beyond > start.Offset)
            {
                _store.MovePartitionPosition(new PartitionMove(_settings.Topic, number, beyond, start.Offset));
                known = start.Offset;
            }

            _starts[number] = start.Offset;
            _positions.Remove(number);
            if (known is { } former)
                _positions[number] = former;
            log.Start(start);
        }
    }

    /// <summary>Has a batch decided, and finishes the one before it meanwhile.</summary>
    private void Decide(
        PartitionLog log, DeadLetters letters, DecisionsTopic decisions, IReadOnlyList<PartitionBatch> batches, CancellationToken stop)
    {
        var work = new LogWork(
            _settings.Topic, [.. batches.SelectMany(batch => batch.Records)], _positions, messages => PutAside(letters, messages))
        {
            After = _underWay?.Work,
        };
        var deciding = _loop.SubmitAsync(work, CancellationToken.None);
        var former = _underWay;
        _underWay = new UnderWay(work, deciding, batches);
        if (former is null)
            Told(log, decisions);
        else if (!Finish(log, decisions, former))
            Finish(log, decisions, stop);
    }

    /// <summary>Waits for the batch under way, if there is one, and tells its decisions; where it failed, reads it again.</summary>
    private void Finish(PartitionLog log, DecisionsTopic decisions, CancellationToken stop)
    {
        if (_underWay is not { } last)
            return;
        _underWay = null;
        if (!Finish(log, decisions, last))
            Pause(log, last.Deciding.Result.Unavailable, stop);
    }

    /// <returns>Whether it is stored.</returns>
    private bool Finish(PartitionLog log, DecisionsTopic decisions, UnderWay batch)
    {
        Told(log, decisions);
        using var work = batch.Work;
        var result = batch.Deciding.GetAwaiter().GetResult();
        // Of a batch that failed, what was stored one by one.
        work.Tell(decisions, CancellationToken.None);
        if (result.Kind != SubmissionKind.Decided)
            return false;
        var now = Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime);
        foreach (var part in batch.Partitions)
        {
            _untold[part.Partition] = part.Next;
            foreach (var record in part.Records)
                _delay.Record(Math.Max(0, now - record.Time) * 1e-6);
        }

        return true;
    }

    private void PutAside(DeadLetters letters, IReadOnlyList<(LogRecord Record, Rejection Rejection)> messages)
    {
        foreach (var (record, rejection) in messages)
            letters.Send(record, rejection, CancellationToken.None);
        letters.Flush(CancellationToken.None, Late);
        _deadLetters.Add(messages.Count);
    }

    /// <summary>Waits until the decisions of the last batch are with the brokers, and lets the group's offset follow.</summary>
    private void Told(PartitionLog log, DecisionsTopic decisions)
    {
        if (_untold.Count == 0)
            return;
        decisions.Flush(CancellationToken.None, Late);
        foreach (var (partition, next) in _untold)
            log.Processed(partition, next);
        _untold.Clear();
    }

    private void Late(string problem) => _problem = problem;

    /// <summary>Keeps its place in the group while nothing can be stored, and then goes on from what is stored.</summary>
    private void Pause(PartitionLog log, string reason, CancellationToken stop)
    {
        _logger.ReadingPaused(reason);
        _problem = reason;
        log.Pause();
        IReadOnlyDictionary<int, long>? stored = null;
        var waiting = new List<AssignedPartition>();
        while (stored is null && !stop.IsCancellationRequested)
        {
            waiting.AddRange(log.Poll(PollWait).Waiting);
            try
            {
                stored = _loop.State == LoopState.Running ? _store.FindPartitionPositions(_settings.Topic) : null;
            }
            catch (StorageException)
            {
                // Not yet.
            }
        }

        if (stored is null)
            return;
        RequireSameTopic();
        foreach (var partition in log.Owned)
        {
            long? known = stored.TryGetValue(partition, out var position) ? position : null;
            _positions.Remove(partition);
            if (known is { } former)
                _positions[partition] = former;
            if (_starts.TryGetValue(partition, out var start))
                log.Start(new StartPosition(partition, Math.Max(known ?? start, start), StartReason.Stored, known));
        }

        Start(log, waiting);
        log.Resume();
        _logger.ReadingGoesOn();
    }

    private void Release(PartitionLog? log, DecisionsTopic decisions, IReadOnlyList<int> partitions, bool lost)
    {
        try
        {
            // Others go on from what is stored, so that must be settled; where it failed, all is read again from there.
            if (log is not null && _underWay is { } last)
            {
                _underWay = null;
                _mustRewind |= !Finish(log, decisions, last);
            }

            if (log is not null && !lost)
                Told(log, decisions);
        }
        catch (KafkaProblemException e)
        {
            // The next owner tells them again.
            _logger.TellingFailed(e.Message);
        }

        foreach (var partition in partitions)
        {
            _positions.Remove(partition);
            _starts.Remove(partition);
            _untold.Remove(partition);
        }
    }

    /// <summary>A batch that is being decided.</summary>
    private sealed record UnderWay(LogWork Work, Task<SubmissionResult> Deciding, IReadOnlyList<PartitionBatch> Partitions);
}
