using System.Runtime.Intrinsics;
using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// Grows one tree at a time from quantized gradients. Work is cut into (node, block of four columns); each piece
/// builds the histograms of the smaller child, gets the larger one's by subtraction from their parent's, and finds the
/// best cut of its columns. Nodes with few rows skip histograms of all bins: only occupied bins are visited.
/// </summary>
internal sealed class TreeGrower
{
    private readonly BinnedMatrix _x;
    private readonly BoostingOptions _options;
    private readonly SplitFinder _finder;
    private readonly Workers _workers;
    private readonly HistogramPool _pool;
    private readonly int[][] _blockOffsets;
    private readonly Scratch[] _scratch;
    private readonly int _sparseBelow;
    private readonly bool[] _blockActive;
    private bool[] _columnsOfTree = [];

    internal TreeGrower(BinnedMatrix x, BoostingOptions options, SplitFinder finder, Workers workers, int rowCapacity)
    {
        _x = x;
        _options = options;
        _finder = finder;
        _workers = workers;
        _pool = new HistogramPool(x.TotalBins + 1);
        Rows = new RowList(rowCapacity);
        var widest = x.Columns.Max(c => c.BinCount);
        _scratch = [.. Enumerable.Range(0, workers.Count).Select(_ => new Scratch(widest))];
        _sparseBelow = options.ColumnSampleByNode < 0.5 ? int.MaxValue : Math.Max(1, x.TotalBins / x.Columns.Length / 2);
        _blockActive = new bool[x.Blocks.Length];
        _blockOffsets = new int[x.Blocks.Length][];
        for (var b = 0; b < _blockOffsets.Length; b++)
        {
            // Columns beyond the last have code 0 in every row: one bin at the end takes them.
            _blockOffsets[b] = [.. Enumerable.Range(b * BinnedMatrix.ColumnsPerBlock, BinnedMatrix.ColumnsPerBlock)
                .Select(c => c < x.Columns.Length ? x.Offsets[c] : x.TotalBins)];
        }
    }

    /// <summary>The rows and gradients to learn from; filled before each tree, ordered by leaf after it.</summary>
    internal RowList Rows { get; }

    /// <summary>Grows a tree over <see cref="Rows"/>.</summary>
    /// <param name="random">For this tree's column samples.</param>
    /// <param name="cancellationToken">Looked at before each expansion.</param>
    internal GrownTree Grow(CounterRandom random, CancellationToken cancellationToken)
    {
        _columnsOfTree = SampleColumns(Enumerable.Repeat(true, _x.Columns.Length).ToArray(), _options.ColumnSampleByTree, random.Fork(0));
        for (var b = 0; b < _blockActive.Length; b++)
            _blockActive[b] = _columnsOfTree.AsSpan(b * BinnedMatrix.ColumnsPerBlock, Math.Min(BinnedMatrix.ColumnsPerBlock, _columnsOfTree.Length - (b * BinnedMatrix.ColumnsPerBlock))).Contains(true);
        var tree = new GrownTree(_x, _finder, _options.LearningRate);
        var (gradient, hessian) = Sum();
        var root = tree.AddNode(0, 0, Rows.Count, gradient, hessian);
        Evaluate([new Expansion(null, root, null)], random);

        var open = new PriorityQueue<GrowingNode, (double, int)>();
        Enqueue(open, root);
        var leaves = 1;
        var batch = new List<GrowingNode>();
        var expansions = new List<Expansion>();
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeBatch(open, batch, ref leaves);
            var lefts = Rows.Partition(_x, batch, _workers);
            expansions.Clear();
            for (var i = 0; i < batch.Count; i++)
            {
                tree.Expand(batch[i], lefts[i]);
                expansions.Add(new Expansion(batch[i], batch[i].Left!, batch[i].Right!));
            }

            Evaluate(expansions, random);
            foreach (var expansion in expansions)
            {
                Enqueue(open, expansion.A);
                Enqueue(open, expansion.B!);
            }

            if (_options.MaxLeaves > 0 && leaves >= _options.MaxLeaves)
                break;
        }

        while (open.TryDequeue(out var node, out _))
            Release(node);
        return tree;
    }

    /// <summary>Depth-wise: all open nodes of the shallowest level; loss-guided: the one that gains most.</summary>
    private void TakeBatch(PriorityQueue<GrowingNode, (double, int)> open, List<GrowingNode> batch, ref int leaves)
    {
        batch.Clear();
        do
        {
            batch.Add(open.Dequeue());
            leaves++;
        }
        while (_options.Growth == TreeGrowth.DepthWise
            && open.TryPeek(out var next, out _) && next.Depth == batch[0].Depth
            && (_options.MaxLeaves == 0 || leaves < _options.MaxLeaves));
    }

    private void Enqueue(PriorityQueue<GrowingNode, (double, int)> open, GrowingNode node)
    {
        if (node.Best.IsValid)
            open.Enqueue(node, (_options.Growth == TreeGrowth.DepthWise ? node.Depth : -node.Best.Gain, node.Id));
        else
            Release(node);
    }

    private void Release(GrowingNode node)
    {
        if (node.Histogram is { } histogram)
            _pool.Return(histogram);
        node.Histogram = null;
    }

    /// <summary>Finds the best splits of new nodes: the root alone, or pairs of siblings.</summary>
    private void Evaluate(List<Expansion> expansions, CounterRandom random)
    {
        var plans = new List<Plan>();
        foreach (var expansion in expansions)
            plans.Add(MakePlan(expansion, random));

        var blocks = _x.Blocks.Length;
        var found = new (Split A, Split B)[plans.Count * blocks];
        _workers.Run(found.Length, (piece, worker) =>
            found[piece] = Work(plans[piece / blocks], piece % blocks, _scratch[worker]));

        for (var p = 0; p < plans.Count; p++)
        {
            for (var b = 0; b < blocks; b++)
            {
                var (small, large) = found[(p * blocks) + b];
                KeepBetter(plans[p].Small, small);
                if (plans[p].Large is { } node)
                    KeepBetter(node, large);
            }

            if (plans[p].Returned is { } histogram)
                _pool.Return(histogram);
        }
    }

    private static void KeepBetter(GrowingNode node, Split split)
    {
        if (split.Gain > node.Best.Gain)
            node.Best = split;
    }

    private Plan MakePlan(Expansion expansion, CounterRandom random)
    {
        var (small, large) = (expansion.A, expansion.B);
        if (large is not null && small.Count > large.Count)
            (small, large) = (large, small);
        var plan = new Plan
        {
            Small = small,
            Large = large,
            SmallColumns = NeedsSplit(small) ? ColumnsOf(small, random) : null,
            LargeColumns = large is not null && NeedsSplit(large) ? ColumnsOf(large, random) : null,
        };
        var inherited = expansion.Parent?.Histogram;
        if (expansion.Parent is not null)
            expansion.Parent.Histogram = null;

        if (plan.SmallColumns is not null && small.Count >= _sparseBelow)
            small.Histogram = _pool.TryRent();
        if (plan.LargeColumns is not null && large!.Count >= _sparseBelow)
        {
            plan.Subtract = inherited is not null;
            large.Histogram = inherited ?? _pool.TryRent();
            inherited = null;
        }

        plan.Returned = inherited;
        return plan;
    }

    private bool NeedsSplit(GrowingNode node) =>
        (_options.MaxDepth == 0 || node.Depth < _options.MaxDepth) && node.Count > 1 && _finder.CanSplit(node.Hessian);

    private (Split Small, Split Large) Work(Plan plan, int block, Scratch scratch)
    {
        var small = Split.None;
        var large = Split.None;
        if (!_blockActive[block])
            return (small, large);
        if (plan.SmallColumns is { } columns)
        {
            if (plan.Small.Histogram is { } histogram)
            {
                Build(plan.Small, block, histogram);
                small = FindDense(plan.Small, block, histogram, columns);
            }
            else
            {
                small = FindSparse(plan.Small, block, columns, scratch);
            }
        }

        if (plan.LargeColumns is { } largeColumns)
        {
            if (plan.Large!.Histogram is { } histogram)
            {
                if (!plan.Subtract)
                    Build(plan.Large, block, histogram);
                else if (plan.Small.Histogram is { } other)
                    HistogramKernels.Subtract(BlockOf(histogram, block), BlockOf(other, block));
                else
                    Remove(plan.Small, block, histogram);
                large = FindDense(plan.Large, block, histogram, largeColumns);
            }
            else
            {
                large = FindSparse(plan.Large, block, largeColumns, scratch);
            }
        }

        return (small, large);
    }

    private Span<Vector128<long>> BlockOf(Vector128<long>[] histogram, int block)
    {
        var begin = _x.Offsets[block * BinnedMatrix.ColumnsPerBlock];
        var end = _x.Offsets[Math.Min((block + 1) * BinnedMatrix.ColumnsPerBlock, _x.Columns.Length)];
        return histogram.AsSpan(begin, end - begin);
    }

    private void Build(GrowingNode node, int block, Vector128<long>[] histogram)
    {
        BlockOf(histogram, block).Clear();
        HistogramKernels.AddBlock(_x.Blocks[block], RowsOf(node), GradientsOf(node), histogram, _blockOffsets[block]);
    }

    private void Remove(GrowingNode node, int block, Vector128<long>[] histogram) =>
        HistogramKernels.SubtractBlock(_x.Blocks[block], RowsOf(node), GradientsOf(node), histogram, _blockOffsets[block]);

    private Split FindDense(GrowingNode node, int block, Vector128<long>[] histogram, bool[] columns)
    {
        var best = Split.None;
        for (var c = block * BinnedMatrix.ColumnsPerBlock; c < Math.Min((block + 1) * BinnedMatrix.ColumnsPerBlock, columns.Length); c++)
        {
            if (!columns[c])
                continue;
            var split = _finder.FindDense(_x.Columns[c], c, histogram.AsSpan(_x.Offsets[c], _x.Columns[c].BinCount), node);
            if (split.Gain > best.Gain)
                best = split;
        }

        return best;
    }

    private Split FindSparse(GrowingNode node, int block, bool[] columns, Scratch scratch)
    {
        var best = Split.None;
        for (var c = block * BinnedMatrix.ColumnsPerBlock; c < Math.Min((block + 1) * BinnedMatrix.ColumnsPerBlock, columns.Length); c++)
        {
            if (!columns[c])
                continue;
            var bins = _x.Columns[c].BinCount;
            var histogram = scratch.Histogram.AsSpan(0, bins);
            var occupied = scratch.Occupied.AsSpan(0, (bins + 63) / 64);
            var shift = 16 * (c % BinnedMatrix.ColumnsPerBlock);
            HistogramKernels.AddColumnSparse(_x.Blocks[block], shift, RowsOf(node), GradientsOf(node), histogram, occupied);
            var split = _finder.FindSparse(_x.Columns[c], c, histogram, occupied, node);
            if (split.Gain > best.Gain)
                best = split;
        }

        return best;
    }

    private ReadOnlySpan<int> RowsOf(GrowingNode node) => Rows.Rows.AsSpan(node.Begin, node.Count);

    private ReadOnlySpan<long> GradientsOf(GrowingNode node) => Rows.Gradients.AsSpan(node.Begin, node.Count);

    private (long Gradient, long Hessian) Sum()
    {
        long gradient = 0, hessian = 0;
        foreach (var pair in Rows.Gradients.AsSpan(0, Rows.Count))
        {
            gradient += (int)pair;
            hessian += pair >> 32;
        }

        return (gradient, hessian);
    }

    private bool[] ColumnsOf(GrowingNode node, CounterRandom random)
    {
        if (_options.ColumnSampleByLevel >= 1 && _options.ColumnSampleByNode >= 1)
            return _columnsOfTree;
        var level = SampleColumns(_columnsOfTree, _options.ColumnSampleByLevel, random.Fork(1).Fork((ulong)node.Depth));
        return SampleColumns(level, _options.ColumnSampleByNode, random.Fork(2).Fork((ulong)node.Id));
    }

    private static bool[] SampleColumns(bool[] from, double share, CounterRandom random)
    {
        if (share >= 1)
            return from;
        var all = Enumerable.Range(0, from.Length).Where(c => from[c]).ToArray();
        var count = Math.Max(1, (int)(all.Length * share));
        random.Choose(all, count);
        var chosen = new bool[from.Length];
        foreach (var c in all.AsSpan(0, count))
            chosen[c] = true;
        return chosen;
    }

    private readonly record struct Expansion(GrowingNode? Parent, GrowingNode A, GrowingNode? B);

    /// <summary>What to do for two siblings; columns are null where a node stays a leaf.</summary>
    private sealed class Plan
    {
        internal required GrowingNode Small { get; init; }

        internal required GrowingNode? Large { get; init; }

        internal required bool[]? SmallColumns { get; init; }

        internal required bool[]? LargeColumns { get; init; }

        /// <summary>Whether the larger node's histogram is its parent's, to take the smaller one's rows from.</summary>
        internal bool Subtract { get; set; }

        /// <summary>A histogram that nobody needs after the work.</summary>
        internal Vector128<long>[]? Returned { get; set; }
    }

    /// <summary>A worker's own histogram; all zero between pieces.</summary>
    private sealed class Scratch(int bins)
    {
        internal Vector128<long>[] Histogram { get; } = new Vector128<long>[bins];

        internal ulong[] Occupied { get; } = new ulong[(bins + 63) / 64];
    }
}
