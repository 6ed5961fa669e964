using Vigil.Core.Models;
using Vigil.Training.Dataset;

namespace Vigil.Training.Isolation;

/// <summary>
/// Grows an isolation forest (Liu, Ting, Zhou, "Isolation Forest", ICDM 2008, algorithms 1 and 2): each tree cuts a
/// sample of the rows at a uniform value of a uniform feature, among those that still vary, until rows are alone or the
/// height is log2 of the sample size. No labels are needed.
/// </summary>
public static class IsolationForestTrainer
{
    /// <summary>Grows a forest.</summary>
    /// <param name="x">Rows; those that lack the feature of a cut go with the majority of those that have it.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Looked at before each tree.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are fewer than two rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IsolationForest Train(FeatureMatrix x, IsolationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (x.RowCount < 2)
            throw new ArgumentException($"There are {x.RowCount} rows; at least 2 are needed to isolate one.");
        var random = new CounterRandom((ulong)(uint)options.Seed);
        var sampleSize = Math.Min(options.SampleSize, x.RowCount);
        var trees = new TreeNodes[options.Trees];
        new Workers(options.Threads).Run(trees.Length, (t, _) =>
        {
            if (!cancellationToken.IsCancellationRequested)
                trees[t] = new IsolationTreeGrower(x, random.Fork((ulong)t), sampleSize).Grow();
        });
        cancellationToken.ThrowIfCancellationRequested();
        var builder = new TreeNodesBuilder();
        foreach (var tree in trees)
            builder.Append(tree);
        return new IsolationForest(builder.Build(), x.ColumnCount, sampleSize, x.Columns);
    }
}
