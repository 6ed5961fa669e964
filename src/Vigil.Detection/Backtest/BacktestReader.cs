using System.Collections.Concurrent;
using Vigil.Storage;

namespace Vigil.Detection.Backtest;

/// <summary>
/// Reads and decodes the record on a thread of its own, a few batches ahead of the one who evaluates: each keeps one core
/// busy.
/// </summary>
internal sealed class BacktestReader : IDisposable
{
    private const int Batches = 8;

    private readonly BlockingCollection<BacktestBatch> _free = [];
    private readonly BlockingCollection<BacktestBatch> _full = [];
    private readonly CancellationTokenSource _cancel;
    private readonly Task _work;

    /// <param name="store">The database.</param>
    /// <param name="range">Which transactions.</param>
    /// <param name="features">Length of the vectors wanted.</param>
    /// <param name="hasVector">Whether the stored vectors of an engine id are of the features wanted.</param>
    /// <param name="cancel">Stops it.</param>
    public BacktestReader(Store store, RowRange range, int features, Func<long, bool> hasVector, CancellationToken cancel)
    {
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        for (var i = 0; i < Batches; i++)
            _free.Add(new BacktestBatch(features), CancellationToken.None);
        _work = Task.Factory.StartNew(
            () => Read(store, range, hasVector), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The next batch; null after the last. Give it back with <see cref="Return"/>.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public BacktestBatch? Next()
    {
        if (_full.TryTake(out var batch, Timeout.Infinite, _cancel.Token))
            return batch;
        _work.GetAwaiter().GetResult(); // what stopped the reader
        return null;
    }

    public void Return(BacktestBatch batch) => _free.Add(batch, CancellationToken.None);

    public void Dispose()
    {
        _cancel.Cancel();
        // What it threw has been thrown by Next, or nobody waits for it any more.
        ((IAsyncResult)_work).AsyncWaitHandle.WaitOne();
        _free.Dispose();
        _full.Dispose();
        _cancel.Dispose();
    }

    private void Read(Store store, RowRange range, Func<long, bool> hasVector)
    {
        try
        {
            using var rows = store.ReadDecisions(range);
            BacktestBatch batch;
            do
            {
                batch = _free.Take(_cancel.Token);
                batch.Fill(rows, hasVector);
                _full.Add(batch, CancellationToken.None);
            }
            while (batch.IsFull);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
