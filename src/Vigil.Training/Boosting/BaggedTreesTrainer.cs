using Vigil.Core.Models;
using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// Random forest (Breiman, "Random Forests", Machine Learning 45, 2001), saved as an XGBoost model. One Newton step from
/// probability 1/2 gives a leaf of fraud share s the margin 4 s - 2, and its gain is the Gini gain up to a factor; so
/// the mean margin of the trees is 4 (mean share) - 2: rows rank as by the mean probability of a classic forest. The
/// sigmoid of it is no calibrated probability; calibrate it where one is needed.
/// </summary>
public static class BaggedTreesTrainer
{
    /// <summary>Grows a forest.</summary>
    /// <param name="x">Training rows; NaN is a missing value, for which each split learns a direction.</param>
    /// <param name="labels">1 for fraud, 0 for not; one per row.</param>
    /// <param name="options">How.</param>
    /// <param name="weights">0 or more, one per row; empty for 1.</param>
    /// <param name="cancellationToken">Looked at several times per tree.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or rows, labels and weights do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TreeEnsemble Train(
        FeatureMatrix x,
        ReadOnlySpan<byte> labels,
        BaggingOptions options,
        ReadOnlySpan<float> weights = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        var boosting = options.ToBoosting(x.ColumnCount);
        TrainingRows.Check(x, labels, weights, "training");
        var workers = new Workers(options.Threads);
        var binned = BinnedMatrix.Create(x, boosting.Bins, boosting.TailShare, workers);
        var copies = labels.ToArray();
        var rowWeights = weights.IsEmpty ? null : weights.ToArray();
        var random = new CounterRandom((ulong)(uint)options.Seed);

        // Trees are independent: each thread grows whole ones.
        var growers = new TreeGrower?[workers.Count];
        var quantizer = new GradientQuantizer(MaxCopies * (double)(rowWeights?.Max() ?? 1f));
        var finder = new SplitFinder(boosting, quantizer);
        var alone = new Workers(1);
        var trees = new TreeNodes[options.Trees];
        workers.Run(trees.Length, (t, worker) =>
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            var grower = growers[worker] ??= new TreeGrower(binned, boosting, finder, alone, x.RowCount);
            var randomOfTree = random.Fork((ulong)t);
            Draw(grower.Rows, copies, rowWeights, options.Bootstrap ? randomOfTree.Fork(4) : null, quantizer);
            var builder = new TreeNodesBuilder();
            grower.Grow(randomOfTree, CancellationToken.None).AppendTo(builder);
            trees[t] = builder.Build();
        });
        cancellationToken.ThrowIfCancellationRequested();
        var all = new TreeNodesBuilder();
        foreach (var tree in trees)
            all.Append(tree, 1f / trees.Length);
        return new TreeEnsemble(all.Build(), x.ColumnCount, 0.5f, x.Columns);
    }

    // More copies of one row have a probability of 1e-10; they are cut off.
    private const int MaxCopies = 12;

    private static void Draw(RowList rows, byte[] labels, float[]? weights, CounterRandom? random, GradientQuantizer quantizer)
    {
        rows.Count = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var weight = (weights?[i] ?? 1f) * (random is { } r ? Poisson(r.Uniform((ulong)i)) : 1);
            if (weight == 0)
                continue;
            rows.Rows[rows.Count] = i;
            rows.Gradients[rows.Count] = quantizer.Quantize((0.5f - labels[i]) * weight, 0.25f * weight);
            rows.Count++;
        }
    }

    /// <summary>The quantile of the Poisson distribution of mean 1.</summary>
    private static int Poisson(double uniform)
    {
        var (count, probability) = (0, Math.Exp(-1));
        while (uniform >= probability && count < MaxCopies)
        {
            uniform -= probability;
            probability /= ++count;
        }

        return count;
    }
}
