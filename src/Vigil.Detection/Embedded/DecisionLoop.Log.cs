using Vigil.Core.Transactions;
using Vigil.Detection.Kafka;
using Vigil.Storage;

namespace Vigil.Detection.Embedded;

/// <summary>Batches that come as such, from a log that keeps them until they are decided.</summary>
public sealed partial class DecisionLoop
{
    private static readonly Rejection Undecidable = new("", "cannot be decided: a defect, see the detector's log");

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
        if (work.After is { IsStored: false })
        {
            item.Complete(Unavailable("The batch before it was not stored."));
            return;
        }

        work.After = null;
        Interlocked.Exchange(ref _oldest, item.ReceivedAt);
        try
        {
            DecideLog(work, 0, work.Records.Count, item.ReceivedAt);
            work.IsStored = true;
            item.Complete(new SubmissionResult(SubmissionKind.Decided));
        }
        catch (StorageException e)
        {
            LogFailed(item, e);
        }
        catch (KafkaProblemException e)
        {
            // What is no transaction could not be put aside.
            _logger.LogNotTaken(e.Message);
            Abort();
            item.Complete(Unavailable(e.Message));
        }
        catch (Exception e)
        {
            // Top of the loop: a defect that one message brings to light must not hold up the others.
            _logger.BatchFailed(e, work.Records.Count);
            Abort();
            DecideLogOneByOne(item);
        }

        Interlocked.Exchange(ref _oldest, 0);
        _entities = _decider.EntityCount;
        Publish();
    }

    private void DecideLog(LogWork work, int from, int count, long receivedAt)
    {
        _tally.Clear(_setup.Rules.Rules.Count);
        work.Begin();
        var queued = Now() - receivedAt;
        var began = _time.GetTimestamp();
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
                work.Add(verdict, _decider.Transaction, _decider.Decision, _setup, work.Records[from + i].Headers);
            if (verdict.Kind == VerdictKind.Decided)
                _tally.Add(_decider.Decision);
        }

        var decided = _time.GetTimestamp();
        var committing = Now();
        Store(work, refused, work.Moves(from, count));
        Committed(queued, began, read, decided, count);
        var trace = DecisionTraces.Of(committing, Now(), count, _setup);
        for (var i = 0; i < count; i++)
        {
            using (trace.Record(work.Records[from + i].Headers, receivedAt, verdicts[i]))
                Count(verdicts[i]);
        }

        Tallied();
    }

    private void Store(LogWork work, IReadOnlyList<(LogRecord, Rejection)> refused, IReadOnlyList<PartitionMove> moves)
    {
        work.PutAside(refused);
        foreach (var move in moves)
            _decider.MovePosition(move);
        _decider.Commit();
        work.Stored(moves);
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
                    DecideLog(work, i, 1, item.ReceivedAt);
                }
                catch (Exception e) when (e is not (StorageException or KafkaProblemException))
                {
                    // Top of the loop, as above: this is the one.
                    _logger.BatchFailed(e, 1);
                    Abort();
                    _metrics.Failed(1);
                    work.Begin();
                    _decider.Begin();
                    Store(work, [(work.Records[i], Undecidable)], work.Moves(i, 1));
                }
            }

            work.IsStored = true;
            item.Complete(new SubmissionResult(SubmissionKind.Decided));
        }
        catch (StorageException e)
        {
            LogFailed(item, e);
        }
        catch (KafkaProblemException e)
        {
            _logger.LogNotTaken(e.Message);
            Abort();
            item.Complete(Unavailable(e.Message));
        }
    }

    private void LogFailed(WorkItem item, StorageException failure)
    {
        item.Complete(Unavailable(failure.Message));
        if (failure.Failure == StorageFailure.Superseded)
        {
            _logger.LogNotTaken(failure.Message);
            Abort();
        }
        else
        {
            _batch.Clear();
            StoreFailed(failure, item.Log!.Records.Count);
        }
    }
}
