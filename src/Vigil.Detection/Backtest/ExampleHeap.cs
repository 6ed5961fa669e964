namespace Vigil.Detection.Backtest;

/// <summary>Keeps the few examples of the highest rank; of equal ranks the later ones.</summary>
internal sealed class ExampleHeap(int most)
{
    private readonly PriorityQueue<BacktestExample, (double Rank, long Order)> _kept = new();
    private long _order;

    /// <summary>Whether an example of this rank would be kept: ask before making one.</summary>
    public bool Takes(double rank) =>
        most > 0 && (_kept.Count < most || (_kept.TryPeek(out _, out var least) && rank >= least.Rank));

    public void Add(double rank, BacktestExample example)
    {
        if (_kept.Count < most)
            _kept.Enqueue(example, (rank, _order++));
        else
            _kept.EnqueueDequeue(example, (rank, _order++));
    }

    /// <summary>The examples, the highest rank first.</summary>
    public IReadOnlyList<BacktestExample> Descending() =>
        [.. _kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
}
