using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;
using Vigil.Detection.Rules;
using Vigil.Storage;

namespace Vigil.Detection.Embedded;

/// <summary>Batches that come as such, from a log that keeps them until they are decided.</summary>
public sealed partial class DecisionLoop
{
    private const string FormerFailed = "The batch before it was not stored.";

    private static readonly Rejection Undecidable = new("", "cannot be decided: a defect, see the detector's log");

    // A batch that is being stored while the next one is decided, whose work is in the queue already; null while there is none.
    private (WorkItem Item, RuleTally Tally, Task Storing)? _storing;

    /// <summary>Has the messages of a log decided as one batch, in their order.</summary>
    /// <returns>
    /// Decided; or unavailable, where nothing of it is stored, or it is not known whether: then ask the store for the
    /// positions and go on from there.
    /// </returns>
    internal async Task<SubmissionResult> SubmitAsync(LogWork work, CancellationToken cancel)
    {
        if (Refusal() is { } refusal)
            return refusal;
        var item = new WorkItem(default, Now(), log: work);
        await _queue.Writer.WriteAsync(item, cancel);
        return await item.Answer;
    }

    private void ProcessLog(WorkItem item)
    {
        var work = item.Log!;
        if (_storing is null && work.After is { IsStored: false })
        {
            item.Complete(Unavailable(FormerFailed));
            return;
        }

        work.After = null;
        Interlocked.Exchange(ref _oldest, item.ReceivedAt);
        try
        {
            DecideLog(item, 0, work.Records.Count, isWhole: true);
        }
        catch (Exception e)
        {
            // Top of the loop.
            if (FailureOfFormer() is (var former, var failure))
            {
                item.Complete(Unavailable(FormerFailed));
                LogFailed(former, failure);
            }
            else
            {
                LogFailed(item, e);
            }
        }

        if (_storing is null)
            Interlocked.Exchange(ref _oldest, 0);
        _entities = _decider.EntityCount;
        Publish();
    }

    /// <summary>
    /// Decides messages as a batch and stores it; or, where it is the whole of the work and the next one waits already,
    /// leaves it being stored and its answer to that (<see cref="_storing"/>), to be settled in the next one's batch.
    /// </summary>
    private void DecideLog(WorkItem item, int from, int count, bool isWhole)
    {
        var (work, setup, receivedAt) = (item.Log!, _setup, item.ReceivedAt);
        var tally = new RuleTally(setup.Rules.Rules.Count);
        work.Begin();
        var queued = Now() - receivedAt;
        var began = _time.GetTimestamp();
        if (_storing is null)
            _decider.Begin();
        _decider.Announce([.. Enumerable.Range(from, count).Select(i => new ReadOnlyMemory<byte>(work.Records[i].Value))]);
        var read = _time.GetTimestamp();
        var verdicts = new Verdict[count];
        List<(LogRecord, Rejection)> refused = [];
        for (var i = 0; i < count; i++)
        {
            var verdict = verdicts[i] = _decider.Decide(i, work.Records[from + i].Value, receivedAt);
            if (verdict.Kind == VerdictKind.Rejected)
                refused.Add((work.Records[from + i], verdict.Rejection));
            else
                work.Add(verdict, _decider.Transaction, _decider.Decision, setup, work.Records[from + i].Headers);
            if (verdict.Kind == VerdictKind.Decided)
                tally.Add(_decider.Decision);
        }

        var decided = _time.GetTimestamp();
        var committing = Now();
        // Its positions go on from where those of the batch before it end.
        Settle();
        var moves = PutAside(work, refused, from, count);
        if (isWhole && _trips.Count == 0 && _queue.Reader.TryPeek(out var next) && next.Log?.After == work && _decider.CanGoOn)
        {
            _storing = (item, tally, StoreAsync(_decider.GoOn()));
            return;
        }

        _decider.Commit();
        Stored();
        Tallied(tally);
        TripAll();
        if (isWhole)
            Done(item);

        async Task StoreAsync(Task storing)
        {
            await storing.ConfigureAwait(false);
            Stored();
            Done(item);
        }

        void Stored()
        {
            work.Stored(moves);
            Committed(queued, began, read, decided, count);
            var trace = DecisionTraces.Of(committing, Now(), count, setup);
            for (var i = 0; i < count; i++)
            {
                using (trace.Record(work.Records[from + i].Headers, receivedAt, verdicts[i]))
                    Count(verdicts[i]);
            }
        }
    }

    private static void Done(WorkItem item)
    {
        item.Log!.IsStored = true;
        item.Complete(new SubmissionResult(SubmissionKind.Decided));
    }

    /// <summary>Puts aside what is no transaction, and then moves the positions in the open batch.</summary>
    private List<PartitionMove> PutAside(LogWork work, IReadOnlyList<(LogRecord, Rejection)> refused, int from, int count)
    {
        work.PutAside(refused);
        var moves = work.Moves(from, count);
        foreach (var move in moves)
            _decider.MovePosition(move);
        return moves;
    }

    /// <summary>Waits for the batch that is being stored, if there is one, and looks at what its rules did.</summary>
    /// <exception cref="StorageException">It is not stored.</exception>
    private void Settle()
    {
        if (_storing is not { } former)
            return;
        former.Storing.GetAwaiter().GetResult();
        _storing = null;
        Tallied(former.Tally);
    }

    /// <summary>Why the batch is not stored that was being stored beside; null where it is, or where there was none.</summary>
    private (WorkItem Item, StorageException Failure)? FailureOfFormer()
    {
        if (_storing is not { } former)
            return null;
        try
        {
            Settle();
            return null;
        }
        catch (Exception e)
        {
            // Another failure than of the store is a defect after the batch was stored, which the caller has met, too.
            _storing = null;
            return e is StorageException failure ? (former.Item, failure) : null;
        }
    }

    private void DecideLogOneByOne(WorkItem item)
    {
        var work = item.Log!;
        try
        {
            for (var i = 0; i < work.Records.Count; i++)
            {
                try
                {
                    DecideLog(item, i, 1, isWhole: false);
                }
                catch (Exception e) when (e is not (StorageException or KafkaProblemException))
                {
                    // Top of the loop, as above: this is the one.
                    _logger.BatchFailed(e, 1);
                    Abort();
                    _metrics.Failed(1);
                    work.Begin();
                    _decider.Begin();
                    var moves = PutAside(work, [(work.Records[i], Undecidable)], i, 1);
                    _decider.Commit();
                    work.Stored(moves);
                }
            }

            Done(item);
        }
        catch (Exception e) when (e is StorageException or KafkaProblemException)
        {
            LogFailed(item, e);
        }
    }

    private void LogFailed(WorkItem item, Exception failure)
    {
        switch (failure)
        {
            case StorageException { Failure: StorageFailure.Superseded } or KafkaProblemException:
                // Others have decided it, or what is no transaction could not be put aside.
                _logger.LogNotTaken(failure.Message);
                Abort();
                item.Complete(Unavailable(failure.Message));
                break;
            case StorageException store:
                item.Complete(Unavailable(failure.Message));
                _batch.Clear();
                StoreFailed(store, item.Log!.Records.Count);
                break;
            default:
                // A defect that one message brings to light must not hold up the others.
                _logger.BatchFailed(failure, item.Log!.Records.Count);
                Abort();
                DecideLogOneByOne(item);
                break;
        }
    }
}
