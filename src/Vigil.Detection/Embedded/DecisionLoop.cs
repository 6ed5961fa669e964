using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Sqlite;

namespace Vigil.Detection.Embedded;

/// <summary>
/// The in-process log: submissions in, decisions out, in order, by one thread that owns the engine and the writer. A
/// submission is answered after its batch was committed, so what is answered is stored, whatever is killed and
/// whenever. When the store fails, what was in the batch is answered "not taken" and nothing of it is kept; the loop
/// then refuses at once and goes on by itself when the store works again.
/// </summary>
public sealed class DecisionLoop : IAsyncDisposable
{
    private readonly SqliteWriter _writer;
    private readonly BatchDecider _decider;
    private readonly LoopOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<WorkItem> _queue;
    private readonly DetectionMetrics _metrics;
    private readonly List<WorkItem> _batch = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private TimeSpan _retryDelay;
    private volatile LoopState _state;
    private volatile EngineSetup _setup;
    private volatile int _entities;
    private volatile StorageException? _failure;

    /// <summary>Name of the meter of this loop's instruments.</summary>
    public const string MeterName = DetectionMetrics.MeterName;

    /// <summary>Starts the loop.</summary>
    /// <param name="writer">The database, from now on this loop's: it is disposed when the loop ends.</param>
    /// <param name="setup">What decides first.</param>
    /// <param name="options">Sizes and times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures and changes are told.</param>
    /// <exception cref="StorageException">The versions of the setup cannot be stored. The writer stays the caller's.</exception>
    public DecisionLoop(
        SqliteWriter writer, EngineSetup setup, LoopOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        (_writer, _options, _time, _logger, _setup) = (writer, options, time, logger, setup);
        _decider = new BatchDecider(writer, setup, time);
        _retryDelay = options.RetryDelay;
        _queue = Channel.CreateBounded<WorkItem>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _metrics = new DetectionMetrics(
            () => _queue.Reader.Count, () => _entities, () => _state == LoopState.Running ? 1 : 0);
        LogSetup();
        _thread = new Thread(Run) { Name = "vigil decisions", IsBackground = true };
        _thread.Start();
    }

    public LoopState State => _state;

    /// <summary>What failed last, while <see cref="State"/> is <see cref="LoopState.StoreFailed"/>.</summary>
    public StorageFailure? Failure => _failure?.Failure;

    /// <summary>What decides.</summary>
    public EngineSetup Setup => _setup;

    /// <summary>
    /// Has one transaction decided. It is in the queue before the first await, so calls are decided in their order.
    /// </summary>
    /// <param name="json">As it came, UTF-8; valid until the task is done.</param>
    /// <param name="cancel">Ends the wait for room in the queue; what is in the queue is decided all the same.</param>
    public ValueTask<SubmissionResult> SubmitAsync(ReadOnlyMemory<byte> json, CancellationToken cancel) =>
        SubmitAsync(json, null, cancel);

    /// <inheritdoc cref="SubmitAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="position">Where the source stands then; stored even where the transaction is refused as no transaction.</param>
    public ValueTask<SubmissionResult> SubmitAsync(
        ReadOnlyMemory<byte> json, SourcePosition? position, CancellationToken cancel)
    {
        if (Refusal() is { } refusal)
            return ValueTask.FromResult(refusal);
        var item = new WorkItem(json, Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime), null, position);
        return _queue.Writer.TryWrite(item)
            ? new ValueTask<SubmissionResult>(item.Answer)
            : WaitForRoomAsync(item, cancel);
    }

    /// <summary>Lets another setup decide what is submitted from now on.</summary>
    /// <returns>Done when it is in charge; failed, with the former still in charge, where it cannot be used.</returns>
    public async Task UseAsync(EngineSetup setup, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var item = new WorkItem(default, 0, setup);
        await _queue.Writer.WriteAsync(item, cancel);
        await item.Answer;
    }

    /// <summary>Takes nothing new, decides what was taken, and ends.</summary>
    public Task StopAsync()
    {
        if (_queue.Writer.TryComplete())
        {
            _state = LoopState.Draining;
            _logger.Draining(_queue.Reader.Count);
            _stopping.Cancel();
        }

        return _ended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private SubmissionResult? Refusal() => _state switch
    {
        LoopState.Running => null,
        LoopState.StoreFailed => Unavailable("The database takes no writes at the moment."),
        _ => Unavailable("The service is stopping."),
    };

    private async ValueTask<SubmissionResult> WaitForRoomAsync(WorkItem item, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_options.EnqueueTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await _queue.Writer.WriteAsync(item, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _metrics.Failed(1);
            return Unavailable("Too many transactions are waiting.");
        }
        catch (ChannelClosedException)
        {
            return Unavailable("The service is stopping.");
        }

        return await item.Answer;
    }

    private void Run()
    {
        var reader = _queue.Reader;
        while (WaitForWork(reader))
        {
            _batch.Clear();
            WorkItem? swap = null;
            while (swap is null && _batch.Count < _options.MaxBatch && reader.TryRead(out var item))
            {
                if (item.Setup is null)
                    _batch.Add(item);
                else
                    swap = item;
            }

            if (_batch.Count > 0)
                ProcessBatch();
            if (swap is not null)
                Swap(swap);
        }

        _state = LoopState.Stopped;
        _writer.Dispose();
        _metrics.Dispose();
        _ended.SetResult();
    }

    private static bool WaitForWork(ChannelReader<WorkItem> reader)
    {
        var ready = reader.WaitToReadAsync();
        return ready.IsCompletedSuccessfully ? ready.Result : ready.AsTask().GetAwaiter().GetResult();
    }

    private void ProcessBatch()
    {
        try
        {
            DecideAll(_batch);
        }
        catch (StorageException e)
        {
            StoreFailed(e);
        }
        catch (Exception e)
        {
            // Top of the loop: a defect that one transaction brings to light must not cost the others. Each alone, once.
            _logger.BatchFailed(e, _batch.Count);
            Abort();
            DecideOneByOne();
        }

        _entities = _decider.EntityCount;
    }

    private void DecideAll(List<WorkItem> items)
    {
        _decider.Begin();
        foreach (var item in items)
        {
            item.Verdict = _decider.Decide(item.Json.Span, item.ReceivedAt);
            item.Pending = Answer(item.Verdict);
            if (item.Position is { } position)
                _decider.SetPosition(position.Name, position.Value);
        }

        _decider.Commit();
        _retryDelay = _options.RetryDelay;
        _metrics.Committed(items.Count);
        foreach (var item in items)
        {
            Count(item.Verdict);
            item.Complete(item.Pending);
        }
    }

    private void DecideOneByOne()
    {
        foreach (var item in _batch)
        {
            try
            {
                DecideAll([item]);
            }
            catch (StorageException e)
            {
                StoreFailed(e);
                return;
            }
            catch (Exception e)
            {
                // Top of the loop, as above: this is the one.
                _logger.BatchFailed(e, 1);
                Abort();
                _metrics.Failed(1);
                item.Complete(Unavailable("This transaction could not be decided."));
            }
        }
    }

    private SubmissionResult Answer(in Verdict verdict) => verdict.Kind switch
    {
        VerdictKind.Rejected => new(SubmissionKind.Rejected, Rejection: verdict.Rejection),
        VerdictKind.Decided => new(SubmissionKind.Decided, Id()),
        VerdictKind.Duplicate => new(SubmissionKind.Duplicate, Id()),
        _ => new(SubmissionKind.Conflict, Id()),
    };

    private string Id() => Encoding.UTF8.GetString(_decider.TransactionId);

    private void Count(in Verdict verdict)
    {
        if (verdict.Kind == VerdictKind.Decided)
            _metrics.Decided(verdict);
        else if (verdict.Kind == VerdictKind.Rejected)
            _metrics.Rejected(verdict.Rejection.Field);
        else
            _metrics.Repeated(verdict.Kind);
    }

    private void Swap(WorkItem item)
    {
        try
        {
            _decider.Use(item.Setup!);
            _setup = item.Setup!;
            LogSetup();
            item.Complete(default);
        }
        catch (Exception e)
        {
            // Top of the loop: what cannot be used never replaces what works.
            _logger.SwapFailed(e);
            item.Fail(e);
        }
    }

    /// <summary>Answers what the batch held, and waits for a store that takes writes.</summary>
    private void StoreFailed(StorageException failure)
    {
        _failure = failure;
        if (!_stopping.IsCancellationRequested)
            _state = LoopState.StoreFailed;
        _logger.StoreFailed(failure, _batch.Count, failure.Failure, _retryDelay);
        Abort();
        foreach (var item in _batch)
            Refuse(item);
        while (!_stopping.IsCancellationRequested && !Recovered())
            _logger.StoreStillFails(_failure.Failure, _retryDelay);
        if (_stopping.IsCancellationRequested)
            return;
        _failure = null;
        _state = LoopState.Running;
        _logger.StoreWorks();
    }

    private bool Recovered()
    {
        // Cancelled by StopAsync, which has nothing to wait for then.
        Task.Delay(_retryDelay, _time, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _retryDelay = TimeSpan.FromTicks(Math.Min(_retryDelay.Ticks * 2, _options.MaxRetryDelay.Ticks));
        // Taken before the state said no.
        while (_queue.Reader.TryPeek(out var waiting) && waiting.Setup is null && _queue.Reader.TryRead(out waiting))
            Refuse(waiting);
        try
        {
            _decider.Probe();
            return true;
        }
        catch (StorageException e)
        {
            _failure = e;
            Abort();
            return false;
        }
    }

    private void Refuse(WorkItem item)
    {
        // No effect on those of the batch that were answered one by one.
        if (item.Answer.IsCompleted)
            return;
        _metrics.Failed(1);
        item.Complete(Unavailable("The database takes no writes at the moment."));
    }

    private void Abort()
    {
        try
        {
            _decider.Abort();
        }
        catch (StorageException e)
        {
            // SQLite has closed the transaction already, or the next statement says what is wrong.
            _logger.BatchFailed(e, _batch.Count);
        }
    }

    private void LogSetup() => _logger.Deciding(
        _setup.Features.Name, _setup.Features.Version, _setup.Rules.Version,
        _setup.Model is { } model ? $"{model.Name} {model.Version}" : "none");

    private static SubmissionResult Unavailable(string reason) => new(SubmissionKind.Unavailable, Unavailable: reason);
}
