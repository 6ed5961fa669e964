using Vigil.Core.Models;
using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>
/// Gradient boosted trees for fraud or not: second-order boosting of the logistic loss (Chen, Guestrin, "XGBoost: A
/// Scalable Tree Boosting System", KDD 2016) over histograms. The result is an XGBoost model. Equal inputs, options and
/// seed give a model equal in every bit, whatever the number of threads.
/// </summary>
public static class BoostedTreesTrainer
{
    /// <summary>Trains a model.</summary>
    /// <param name="x">Training rows; NaN is a missing value, for which each split learns a direction.</param>
    /// <param name="labels">1 for fraud, 0 for not; one per row.</param>
    /// <param name="options">How.</param>
    /// <param name="weights">0 or more, one per row; empty for 1.</param>
    /// <param name="validation">Rows to watch; required by early stopping.</param>
    /// <param name="progress">Told after each tree, on the calling thread's schedule.</param>
    /// <param name="cancellationToken">Looked at several times per tree.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or rows, labels and weights do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BoostingResult Train(
        FeatureMatrix x,
        ReadOnlySpan<byte> labels,
        BoostingOptions options,
        ReadOnlySpan<float> weights = default,
        BoostingValidation? validation = null,
        IProgress<BoostingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        TrainingRows.Check(x, labels, weights, "training");
        if (validation is not null)
        {
            TrainingRows.Check(validation.Features, validation.Labels, validation.Weights, "validation");
            if (validation.Features.ColumnCount != x.ColumnCount)
                throw new ArgumentException($"The validation rows have {validation.Features.ColumnCount} features, the training rows {x.ColumnCount}.");
        }
        else if (options.EarlyStoppingRounds > 0)
        {
            throw new ArgumentException("EarlyStoppingRounds needs validation rows.");
        }

        var workers = new Workers(options.Threads);
        var binned = BinnedMatrix.Create(x, options.Bins, options.TailShare, workers);
        var run = new BoostingRun(binned, labels.ToArray(), RowWeights(labels, weights, options.PositiveWeight), options, workers)
        {
            Validation = validation,
            ValidationBinned = validation is null ? null : binned.Code(validation.Features, workers),
            Progress = progress,
        };

        var builder = new TreeNodesBuilder();
        var best = new List<int>();
        var metrics = new List<IReadOnlyList<double>>();
        for (var model = 0; model < options.Seeds; model++)
        {
            var stopping = new EarlyStopping(options.Metric, options.EarlyStoppingRounds);
            var trees = run.Boost(model, stopping, cancellationToken);
            builder.Append(trees, 1f / options.Seeds);
            best.Add(trees.TreeCount);
            if (validation is not null)
                metrics.Add(stopping.History);
        }

        return new BoostingResult(new TreeEnsemble(builder.Build(), x.ColumnCount, run.BaseScore, x.Columns), best, metrics);
    }

    private static float[] RowWeights(ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights, double positiveWeight)
    {
        var product = new float[labels.Length];
        for (var i = 0; i < product.Length; i++)
            product[i] = (weights.IsEmpty ? 1f : weights[i]) * (labels[i] == 1 ? (float)positiveWeight : 1f);
        return product;
    }
}
