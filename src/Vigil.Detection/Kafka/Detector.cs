using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Detection.Embedded;
using Vigil.Storage;

namespace Vigil.Detection.Kafka;

/// <summary>
/// Reads the topic of transactions as a member of its group and has each batch decided and stored together with the
/// positions of its partitions: once, whatever is killed and whenever, because a position moves only from where the
/// batch began. Decisions are told afterwards, at least once, and only then does the group's offset move.
/// </summary>
public sealed class Detector : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(250);
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
    private volatile Dictionary<int, long> _lags = [];
    private volatile string _problem = "starting";

    /// <param name="settings">Servers, topics and group.</param>
    /// <param name="options">How the topic is read.</param>
    /// <param name="loop">Decides.</param>
    /// <param name="store">The database of the loop: it holds the positions.</param>
    /// <param name="logger">Takes what happens.</param>
    public Detector(KafkaSettings settings, PartitionLogOptions options, DecisionLoop loop, Store store, ILogger logger)
    {
        (_settings, _options, _loop, _store, _logger) = (settings, options, loop, store, logger);
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
        EnsureTopics();
        using var letters = new DeadLetters(_settings, _logger);
        using var decisions = new DecisionsTopic(_settings, _logger);
        PartitionLog? log = null;
        log = new PartitionLog(_settings, _options, (partitions, lost) => Release(log, decisions, partitions, lost), _logger);
        using (log)
        {
            while (!stop.IsCancellationRequested)
            {
                var batch = log.Poll(PollWait);
                _problem = log.Problem ?? "";
                Start(log, batch.Waiting);
                if (batch.Partitions.Count > 0)
                    Decide(log, letters, decisions, batch.Partitions, stop);
                else
                    Told(log, decisions);
                _lags = log.Owned.ToDictionary(partition => partition, partition => log.Lag(partition) ?? 0);
            }

            Told(log, decisions);
        }
    }

    /// <summary>Where the topic is there, those that it writes to are made like it.</summary>
    private void EnsureTopics()
    {
        using var topics = new Topics(_settings, _logger);
        var partitions = topics.Partitions(_settings.Topic);
        if (partitions == 0)
            throw new KafkaProblemException($"there is no topic {_settings.Topic} at {_settings}: create it (vigil produce ... --create-topic does)");
        topics.EnsureAsync(_settings.DecisionsTopic, partitions).GetAwaiter().GetResult();
        topics.EnsureAsync(_settings.DeadLetterTopic, 1).GetAwaiter().GetResult();
    }

    private void Start(PartitionLog log, IReadOnlyList<AssignedPartition> waiting)
    {
        if (waiting.Count == 0)
            return;
        var stored = _store.FindPartitionPositions(_settings.Topic);
        foreach (var partition in waiting)
        {
            var number = partition.Partition;
            long? known = stored.TryGetValue(number, out var position) ? position : null;
            var start = StartPosition.Choose(partition, known);
            if (start.Reason == StartReason.Stored && partition.GroupOffset is { } told && told < start.Offset)
                start = start with { Offset = Math.Max(told, partition.First), Reason = StartReason.Untold };
            _starts[number] = start.Offset;
            _positions.Remove(number);
            if (known is { } former)
                _positions[number] = former;
            log.Start(start);
        }
    }

    private void Decide(
        PartitionLog log, DeadLetters letters, DecisionsTopic decisions, IReadOnlyList<PartitionBatch> batches, CancellationToken stop)
    {
        using var work = new LogWork(
            _settings.Topic, [.. batches.SelectMany(batch => batch.Records)], _positions, messages => PutAside(letters, messages));
        var deciding = _loop.SubmitAsync(work, CancellationToken.None);
        // Meanwhile, what was told of the batch before arrives.
        Told(log, decisions);
        var result = deciding.GetAwaiter().GetResult();
        work.Tell(decisions, CancellationToken.None);
        if (result.Kind != SubmissionKind.Decided)
        {
            Pause(log, result.Unavailable, stop);
            return;
        }

        foreach (var batch in batches)
            _untold[batch.Partition] = batch.Next;
    }

    private void PutAside(DeadLetters letters, IReadOnlyList<(LogRecord Record, Rejection Rejection)> messages)
    {
        foreach (var (record, rejection) in messages)
            letters.Send(record, rejection, CancellationToken.None);
        letters.Flush(CancellationToken.None);
        _deadLetters.Add(messages.Count);
    }

    /// <summary>Waits until the decisions of the last batch are with the brokers, and lets the group's offset follow.</summary>
    private void Told(PartitionLog log, DecisionsTopic decisions)
    {
        if (_untold.Count == 0)
            return;
        decisions.Flush(CancellationToken.None);
        foreach (var (partition, next) in _untold)
            log.Processed(partition, next);
        _untold.Clear();
    }

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
}
