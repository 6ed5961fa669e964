using System.Runtime.Intrinsics;

namespace Vigil.Training.Boosting;

/// <summary>Histograms for reuse, within a budget of memory; beyond it there is none, and a node's is built from its rows.</summary>
internal sealed class HistogramPool
{
    private const long BudgetBytes = 1L << 30;

    private readonly Stack<Vector128<long>[]> _free = [];
    private readonly int _bins;
    private int _unborn;

    internal HistogramPool(int bins)
    {
        _bins = bins;
        _unborn = (int)Math.Clamp(BudgetBytes / (16L * bins), 2, 1 << 16);
    }

    /// <summary>One with any content, or null.</summary>
    internal Vector128<long>[]? TryRent()
    {
        if (_free.TryPop(out var histogram))
            return histogram;
        if (_unborn == 0)
            return null;
        _unborn--;
        return new Vector128<long>[_bins];
    }

    internal void Return(Vector128<long>[] histogram) => _free.Push(histogram);
}
