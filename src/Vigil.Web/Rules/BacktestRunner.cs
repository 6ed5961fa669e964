using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Storage.Rules;

namespace Vigil.Web.Rules;

/// <summary>Runs the backtests that were asked for, one after the other, so that they leave a processor to the decisions.</summary>
/// <param name="store">Their requests and results.</param>
/// <param name="run">Runs one; null where nobody does.</param>
/// <param name="isAlone">Whether no other process runs backtests of the same database.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class BacktestRunner(
    BacktestStore store, RunBacktest? run, bool isAlone, TimeProvider time, ILogger<BacktestRunner> logger)
    : BackgroundService
{
    /// <summary>Most that wait or run at once.</summary>
    public const int MaxWaiting = 20;

    // Often enough for a progress bar, and no load on the database.
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Backtest> _queue = Channel.CreateBounded<Backtest>(MaxWaiting);
    private readonly Lock _lock = new();
    private (long Id, CancellationTokenSource Cancel)? _running;

    /// <summary>Whether there is anybody to run them.</summary>
    public bool CanRun => run is not null;

    /// <summary>Takes one down and queues it; null where too many wait already.</summary>
    public Backtest? Submit(BacktestRequest request, string actor)
    {
        lock (_lock)
        {
            if (_queue.Reader.Count >= MaxWaiting)
                return null;
            var backtest = store.Add(request, actor, Now());
            _queue.Writer.TryWrite(backtest);
            return backtest;
        }
    }

    /// <summary>Cancels one that waits or runs; false where it has ended.</summary>
    public bool Cancel(long id, string actor)
    {
        if (!store.Cancel(id, actor, Now()))
            return false;
        lock (_lock)
        {
            if (_running is { } running && running.Id == id)
                running.Cancel.Cancel();
        }

        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (run is null)
            return;
        // Nobody runs what a former process left. Beside others, what is young may be one of theirs.
        store.Abandon("The process that ran it ended.", Now(), isAlone ? long.MaxValue : Now() - Timestamp.Day);
        // Ends without an exception also where the host never started, which it would log as a failure.
        while (await WaitForWorkAsync(stoppingToken) && _queue.Reader.TryRead(out var backtest))
            await Task.Factory.StartNew(() => Run(backtest, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task<bool> WaitForWorkAsync(CancellationToken stop)
    {
        try
        {
            return await _queue.Reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Run(Backtest backtest, CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        lock (_lock)
            _running = (backtest.Id, cancel);
        try
        {
            if (!store.Start(backtest.Id, Now()))
                return;
            var reported = time.GetTimestamp();
            var report = run!(
                backtest.Request,
                share =>
                {
                    if (time.GetElapsedTime(reported) < ReportEvery)
                        return;
                    reported = time.GetTimestamp();
                    // Another instance may have cancelled it.
                    if (!store.Report(backtest.Id, share))
                        cancel.Cancel();
                },
                cancel.Token);
            store.Finish(backtest.Id, report, Now());
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (stop.IsCancellationRequested)
                store.Fail(backtest.Id, "The process stopped.", Now());
        }
        catch (Exception e)
        {
            // Top of the loop: one that fails must not stop those that wait.
            Failed(logger, backtest.Id, e);
            Fail(backtest.Id, e);
        }
        finally
        {
            lock (_lock)
                _running = null;
        }
    }

    private void Fail(long id, Exception cause)
    {
        // What is wrong with the data or the rules is for whoever asked; anything else is for the log.
        var told = cause is InvalidDataException or Core.Rules.RuleSetException or ArgumentException
            ? cause.Message : "It failed on our side; the log says why.";
        try
        {
            store.Fail(id, told, Now());
        }
        catch (Storage.StorageException e)
        {
            Failed(logger, id, e);
        }
    }

    private long Now() => Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Error, Message = "Backtest {Id} failed")]
    private static partial void Failed(ILogger logger, long id, Exception exception);
}
