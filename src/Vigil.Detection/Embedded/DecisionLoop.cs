using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Detection.Rules;
using Vigil.Storage;

namespace Vigil.Detection.Embedded;

/// <summary>
/// The in-process log: submissions in, decisions out, in order, by one thread that owns the engine and the writer. A
/// submission is answered after its batch was committed, so what is answered is stored, whatever is killed and
/// whenever. When the store fails, what was in the batch is answered "not taken" and nothing of it is kept; the loop
/// then refuses at once and goes on by itself when the store works again.
/// </summary>
public sealed partial class DecisionLoop : IAsyncDisposable
{
    private readonly DecisionWriter _writer;
    private readonly BatchDecider _decider;
    private readonly LoopOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<WorkItem> _queue;
    private readonly DetectionMetrics _metrics;
    private readonly List<WorkItem> _batch = [];
    private readonly CircuitBreaker _breaker = new();
    private readonly Queue<BreakerTrip> _trips = [];
    private readonly SemaphoreSlim _changing = new(1);
    private readonly Store? _store;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private TimeSpan _retryDelay;
    private volatile LoopState _state;
    private volatile EngineSetup _setup;
    private volatile IReadOnlyList<RuleWindow> _windows = [];
    private long _listChangeId;

    // When the oldest transaction of the batch at work came, µs; 0 while there is none.
    private long _oldest;
    private bool _isBehind;
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
    /// <param name="store">
    /// The same database, for what is more than decisions: to fill new windows, and to publish what the circuit breaker
    /// does. Without it there is neither.
    /// </param>
    /// <exception cref="StorageException">The versions of the setup cannot be stored. The writer stays the caller's.</exception>
    public DecisionLoop(
        DecisionWriter writer, EngineSetup setup, LoopOptions options, TimeProvider time, ILogger logger, Store? store = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        (_writer, _options, _time, _logger, _setup, _store) = (writer, options, time, logger, setup, store);
        _retryDelay = options.RetryDelay;
        _queue = Channel.CreateBounded<WorkItem>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _metrics = new DetectionMetrics(
            () => _queue.Reader.Count, () => _entities, () => _state == LoopState.Running ? 1 : 0,
            () => _setup, () => Interlocked.Read(ref _oldest) is > 0 and var since ? Math.Max(0, Now() - since) * 1e-6 : 0);
        try
        {
            _decider = new BatchDecider(writer, setup, time) { LabelApplied = _metrics.LabelApplied, ChallengerFailed = ChallengerFailed };
        }
        catch
        {
            _metrics.Dispose();
            throw;
        }

        Publish();
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

    /// <summary>As the others, for a caller that waits no longer than a deadline; what was taken by then is decided all the same.</summary>
    /// <param name="json">As it came, UTF-8; copied.</param>
    /// <param name="deadline">How long to wait for the decision, above 0.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<SubmissionResult> SubmitAsync(ReadOnlyMemory<byte> json, TimeSpan deadline, CancellationToken cancel)
    {
        if (Refusal() is { } refusal)
            return refusal;
        var started = _time.GetTimestamp();
        var item = new WorkItem(json.ToArray(), Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime));
        if (!_queue.Writer.TryWrite(item)
            && await RoomAsync(item, deadline < _options.EnqueueTimeout ? deadline : _options.EnqueueTimeout, cancel) is { } refused)
            return refused;
        var left = deadline - _time.GetElapsedTime(started);
        if (!item.Answer.IsCompleted && left > TimeSpan.Zero)
            await ((Task)item.Answer.WaitAsync(left, _time, cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return item.Answer.IsCompleted ? await item.Answer : new SubmissionResult(SubmissionKind.Late);
    }

    /// <summary>What the windows of the rules have seen.</summary>
    public IReadOnlyList<RuleWindow> Windows => _windows;

    /// <summary>Id of the last change of a list that decisions know.</summary>
    public long LastListChangeId => Interlocked.Read(ref _listChangeId);

    /// <summary>Lets another setup decide what is submitted from now on.</summary>
    /// <returns>Done when it is in charge; failed, with the former still in charge, where it cannot be used.</returns>
    public Task UseAsync(EngineSetup setup, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return ChangeAsync(_ => setup, cancel);
    }

    /// <summary>Changes what decides. Changes come one after the other, so that none undoes another.</summary>
    /// <param name="change">
    /// Makes the next setup from the present one, on the caller's thread: what it compiles delays no decision. Called again
    /// where the present one was replaced meanwhile.
    /// </param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Done when it is in charge; failed, with the former still in charge, where it cannot be used.</returns>
    public async Task ChangeAsync(Func<EngineSetup, EngineSetup> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _changing.WaitAsync(cancel);
        try
        {
            for (var done = false; !done;)
            {
                var former = _setup;
                var setup = change(former);
                await RunAsync(
                    () =>
                    {
                        // The circuit breaker changes rules on its own.
                        if (ReferenceEquals(former, _setup))
                            done = Use(setup);
                    },
                    cancel);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes over windows of rules that were filled from the record.</summary>
    public Task AdoptAsync(FilledWindows filled, CancellationToken cancel) => RunAsync(
        () =>
        {
            if (_store is not null && _decider.Adopt(filled, _store))
                _logger.WindowsFilled(filled.Group.Aggregates.Count, filled.Group.Entity, filled.Group.EntityCount);
            Publish();
        },
        cancel);

    /// <summary>Counts rules that came into force elsewhere.</summary>
    /// <param name="used">Whether they decide now.</param>
    internal void RulesTaken(bool used) => _metrics.RulesTaken(used);

    /// <summary>Applies changes of lists now, rather than with the next transaction.</summary>
    public Task CatchUpAsync(CancellationToken cancel) => RunAsync(() => _isBehind = true, cancel);

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
        _changing.Dispose();
    }

    private SubmissionResult? Refusal() => _state switch
    {
        LoopState.Running => null,
        LoopState.StoreFailed => Unavailable("The database takes no writes at the moment."),
        _ => Unavailable("The service is stopping."),
    };

    private async ValueTask<SubmissionResult> WaitForRoomAsync(WorkItem item, CancellationToken cancel) =>
        await RoomAsync(item, _options.EnqueueTimeout, cancel) ?? await item.Answer;

    /// <summary>Waits until an item is in the queue.</summary>
    /// <returns>Why it is not; null where it is.</returns>
    private async ValueTask<SubmissionResult?> RoomAsync(WorkItem item, TimeSpan patience, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await _queue.Writer.WriteAsync(item, either.Token);
            return null;
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
    }

    private void Run()
    {
        var reader = _queue.Reader;
        while (WaitForWork(reader))
        {
            _batch.Clear();
            WorkItem? work = null;
            while (work is null && _batch.Count < _options.MaxBatch && reader.TryRead(out var item))
            {
                if (item.Work is null && item.Log is null)
                    _batch.Add(item);
                else
                    work = item;
            }

            if (_batch.Count > 0)
                ProcessBatch();
            else if (_isBehind)
                CatchUp();
            if (work?.Log is not null)
                ProcessLog(work);
            else if (work is not null)
                Do(work);
        }

        _state = LoopState.Stopped;
        _writer.Dispose();
        _metrics.Dispose();
        _ended.SetResult();
    }

    private bool WaitForWork(ChannelReader<WorkItem> reader)
    {
        if (_isBehind && !reader.Completion.IsCompleted)
            return true;
        var ready = reader.WaitToReadAsync();
        return ready.IsCompletedSuccessfully ? ready.Result : ready.AsTask().GetAwaiter().GetResult();
    }

    private void ProcessBatch()
    {
        Interlocked.Exchange(ref _oldest, _batch[0].ReceivedAt);
        try
        {
            DecideAll(_batch);
        }
        catch (StorageException e)
        {
            StoreFailed(e, _batch.Count);
        }
        catch (Exception e)
        {
            // Top of the loop: a defect that one transaction brings to light must not cost the others. Each alone, once.
            _logger.BatchFailed(e, _batch.Count);
            Abort();
            DecideOneByOne();
        }

        Interlocked.Exchange(ref _oldest, 0);
        _entities = _decider.EntityCount;
        Publish();
    }

    /// <summary>What other threads may know of the decider.</summary>
    private void Publish()
    {
        _windows = _decider.Windows;
        Interlocked.Exchange(ref _listChangeId, _decider.LastListChangeId);
    }

    private void CatchUp()
    {
        try
        {
            _isBehind = _decider.ApplyListChanges();
        }
        catch (StorageException e)
        {
            // With the next batch they come again, and that one is answered for.
            _isBehind = false;
            _logger.BatchFailed(e, 0);
        }

        Publish();
    }

    private void DecideAll(List<WorkItem> items)
    {
        var tally = new RuleTally(_setup.Rules.Rules.Count);
        var queued = Now() - items[0].ReceivedAt;
        var began = _time.GetTimestamp();
        _decider.Begin();
        _decider.Announce(items.ConvertAll(item => item.Json));
        var read = _time.GetTimestamp();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            item.Verdict = _decider.Decide(i, item.Json.Span, item.ReceivedAt);
            item.Pending = Answer(item.Verdict);
            if (item.Verdict.Kind == VerdictKind.Decided)
                tally.Add(_decider.Decision);
            if (item.Position is { } position)
                _decider.SetPosition(position.Name, position.Value);
        }

        var decided = _time.GetTimestamp();
        var committing = Now();
        _decider.Commit();
        Committed(queued, began, read, decided, items.Count);
        var trace = DecisionTraces.Of(committing, Now(), items.Count, _setup);
        foreach (var item in items)
        {
            using (trace.Record(item.Parent, item.ReceivedAt, item.Verdict))
                Count(item.Verdict);
            item.Complete(item.Pending);
        }

        Tallied(tally);
        TripAll();
    }

    private void Committed(long queued, long began, long read, long decided, int count)
    {
        _retryDelay = _options.RetryDelay;
        _metrics.Committed(count);
        _metrics.Spent(
            TimeSpan.FromMicroseconds(Math.Max(0, queued)), _time.GetElapsedTime(began, read), _time.GetElapsedTime(read, decided),
            _time.GetElapsedTime(decided));
    }

    private long Now() => Timestamp.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>What the rules did in a batch that is stored: counted, and looked at by the circuit breaker.</summary>
    private void Tallied(RuleTally tally)
    {
        _metrics.Tallied(_setup.Rules, tally);
        var now = Now();
        _breaker.Add(_setup.Rules, tally, now);
        while (_store is not null && _breaker.TryTrip(_setup.Rules, now, out var trip))
            _trips.Enqueue(trip);
    }

    /// <summary>Does what the circuit breaker asked for. Not in a batch.</summary>
    private void TripAll()
    {
        while (_trips.TryDequeue(out var trip))
            Trip(trip, Now());
    }

    /// <summary>
    /// Puts into shadow what blocks more than its share: a version of its own, which decides the very next batch. The
    /// rules are compiled already, so nothing but the version's row takes time. Where others published meanwhile, the watch takes
    /// over the result.
    /// </summary>
    private void Trip(in BreakerTrip trip, long now)
    {
        _metrics.Tripped(trip.Subject);
        _logger.BreakerTripped(trip.Subject, trip.Blocks, trip.Decisions, trip.Policy.Share);
        try
        {
            if (BreakerPublication.Publish(_store!.Rules, _setup.Rules, trip, now) is { } version)
                Use(_setup with { Program = _setup.Program.InShadow(version, trip.Rule) });
        }
        catch (StorageException e)
        {
            // It counts from zero and trips again.
            _logger.BreakerFailed(e, trip.Subject);
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
                StoreFailed(e, _batch.Count);
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

    private async Task RunAsync(Action work, CancellationToken cancel)
    {
        var item = new WorkItem(default, 0, work);
        await _queue.Writer.WriteAsync(item, cancel);
        await item.Answer;
    }

    private void Do(WorkItem item)
    {
        try
        {
            item.Work!();
            item.Complete(default);
        }
        catch (Exception e)
        {
            // Top of the loop: what cannot be used never replaces what works.
            _logger.SwapFailed(e);
            item.Fail(e);
        }
    }

    private bool Use(EngineSetup setup)
    {
        _decider.Use(setup);
        _setup = setup;
        Publish();
        LogSetup();
        return true;
    }

    /// <summary>Answers what the batch held, and waits for a store that takes writes.</summary>
    private void StoreFailed(StorageException failure, int count)
    {
        _failure = failure;
        if (!_stopping.IsCancellationRequested)
            _state = LoopState.StoreFailed;
        _logger.StoreFailed(failure, count, failure.Failure, _retryDelay);
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
        while (_queue.Reader.TryPeek(out var waiting) && waiting.Work is null && _queue.Reader.TryRead(out waiting))
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

    private void ChallengerFailed(ActiveModel challenger, Exception failure)
    {
        _metrics.ChallengerFailed(challenger);
        _logger.ChallengerFailed(failure, challenger.Version, challenger.Alias);
    }

    private void LogSetup() => _logger.Deciding(
        _setup.Features.Name, _setup.Features.Version, _setup.Rules.Version,
        _setup.Model is { } model ? $"{model.Name} {model.Version}" : "none");

    private static SubmissionResult Unavailable(string reason) => new(SubmissionKind.Unavailable, Unavailable: reason);
}
