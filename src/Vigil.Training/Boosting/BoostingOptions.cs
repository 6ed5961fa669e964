namespace Vigil.Training.Boosting;

/// <summary>How trees are boosted. The names in brackets are XGBoost's for the same thing.</summary>
public sealed record BoostingOptions
{
    /// <summary>Trees per seed, at most [num_boost_round]. 1 to 100,000; default 200.</summary>
    public int Rounds { get; init; } = 200;

    /// <summary>What a tree's leaves are multiplied by [eta]. Above 0, at most 1; default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Longest path from the root to a leaf [max_depth]. 0 to 1,000, 0 for no limit; default 6.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>Leaves of a tree [max_leaves]. 0 for no limit, else 2 or more; default 0.</summary>
    public int MaxLeaves { get; init; }

    /// <summary>Order of growth [grow_policy]; matters where <see cref="MaxLeaves"/> limits. Default depth-wise.</summary>
    public TreeGrowth Growth { get; init; } = TreeGrowth.DepthWise;

    /// <summary>
    /// Histogram bins of a feature [max_bin], not counting one for missing values. 2 to 65,535; default 1,024. A feature
    /// with no more distinct values gets them all; then the splits are the exact ones. Few bins lose rare frauds at the
    /// ends of a distribution.
    /// </summary>
    public int Bins { get; init; } = 1024;

    /// <summary>
    /// Share of the bins spent on each end of a feature's distribution, one per distinct value; the rest has equal
    /// numbers of rows. 0 to 0.5; default null: a quarter from 1,024 bins on, else none, because few bins are needed in
    /// the middle. (Measured on card payments, average precision: docs/models.md.)
    /// </summary>
    public double? TailBins { get; init; }

    /// <summary>Smallest sum of hessians in a leaf [min_child_weight]. 0 or more; default 1.</summary>
    public double MinChildWeight { get; init; } = 1;

    /// <summary>What a split must gain [min_split_loss, gamma]. 0 or more; default 0.</summary>
    public double MinSplitLoss { get; init; }

    /// <summary>L2 penalty on leaf weights [reg_lambda]. 0 or more; default 1.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>L1 penalty on leaf weights [reg_alpha]. 0 or more; default 0.</summary>
    public double Alpha { get; init; }

    /// <summary>Share of the rows that each tree sees [subsample]. Above 0, at most 1; default 1.</summary>
    public double RowSample { get; init; } = 1;

    /// <summary>Share of the features drawn for each tree [colsample_bytree]. Above 0, at most 1; default 1.</summary>
    public double ColumnSampleByTree { get; init; } = 1;

    /// <summary>Share of those drawn for each level [colsample_bylevel]. Above 0, at most 1; default 1.</summary>
    public double ColumnSampleByLevel { get; init; } = 1;

    /// <summary>Share of those drawn for each node [colsample_bynode]. Above 0, at most 1; default 1.</summary>
    public double ColumnSampleByNode { get; init; } = 1;

    /// <summary>What the weights of positive rows are multiplied by [scale_pos_weight]. Above 0; default 1.</summary>
    public double PositiveWeight { get; init; } = 1;

    /// <summary>
    /// The probability that boosting starts from [base_score], in (0, 1). Default null: the weighted share of positives,
    /// which saves the first rounds on rare frauds. (XGBoost 1.7 starts from 0.5.)
    /// </summary>
    public double? BaseScore { get; init; }

    /// <summary>
    /// Stop after so many rounds without a better validation metric, and keep the best number of rounds
    /// [early_stopping_rounds]. 0 for never; default 0. Needs validation rows.
    /// </summary>
    public int EarlyStoppingRounds { get; init; }

    /// <summary>What early stopping watches. Default average precision.</summary>
    public BoostingMetric Metric { get; init; } = BoostingMetric.AveragePrecision;

    /// <summary>Drives row and column sampling; with equal inputs, equal seeds give equal bits. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Number of models, of seeds <see cref="Seed"/>, <see cref="Seed"/> + 1, ..., whose margins are averaged into one. 1 to 1,000;
    /// default 1. More than one makes sense with sampling only.
    /// </summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Threads; 0 for all processors (the default). The model does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">Says which option, its value and what is allowed.</exception>
    public void Validate()
    {
        Check(Rounds is >= 1 and <= 100_000, nameof(Rounds), Rounds, "1 to 100,000");
        Check(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0, at most 1");
        Check(MaxDepth is >= 0 and <= 1000, nameof(MaxDepth), MaxDepth, "0 (no limit) to 1,000");
        Check(MaxLeaves is 0 or >= 2, nameof(MaxLeaves), MaxLeaves, "0 (no limit), or 2 or more");
        Check(Bins is >= 2 and <= 65_535, nameof(Bins), Bins, "2 to 65,535");
        Check(TailBins is null or (>= 0 and <= 0.5), nameof(TailBins), TailBins, "0 to 0.5, or null");
        Check(MinChildWeight is >= 0 and < double.PositiveInfinity, nameof(MinChildWeight), MinChildWeight, "0 or more");
        Check(MinSplitLoss is >= 0 and < double.PositiveInfinity, nameof(MinSplitLoss), MinSplitLoss, "0 or more");
        Check(Lambda is >= 0 and < double.PositiveInfinity, nameof(Lambda), Lambda, "0 or more");
        Check(Alpha is >= 0 and < double.PositiveInfinity, nameof(Alpha), Alpha, "0 or more");
        Check(RowSample is > 0 and <= 1, nameof(RowSample), RowSample, "above 0, at most 1");
        Check(ColumnSampleByTree is > 0 and <= 1, nameof(ColumnSampleByTree), ColumnSampleByTree, "above 0, at most 1");
        Check(ColumnSampleByLevel is > 0 and <= 1, nameof(ColumnSampleByLevel), ColumnSampleByLevel, "above 0, at most 1");
        Check(ColumnSampleByNode is > 0 and <= 1, nameof(ColumnSampleByNode), ColumnSampleByNode, "above 0, at most 1");
        Check(PositiveWeight is > 0 and < 1e9, nameof(PositiveWeight), PositiveWeight, "above 0, below 1e9");
        Check(BaseScore is null or (> 1e-6 and < 1 - 1e-6), nameof(BaseScore), BaseScore, "between 0 and 1, or null");
        Check(EarlyStoppingRounds >= 0, nameof(EarlyStoppingRounds), EarlyStoppingRounds, "0 (never) or more");
        Check(Seeds is >= 1 and <= 1000, nameof(Seeds), Seeds, "1 to 1,000");
        Check(Threads >= 0, nameof(Threads), Threads, "0 (all processors) or more");
        Check(Enum.IsDefined(Growth), nameof(Growth), Growth, "DepthWise or LossGuided");
        Check(Enum.IsDefined(Metric), nameof(Metric), Metric, "AveragePrecision or LogLoss");
    }

    internal double TailShare => TailBins ?? (Bins >= 1024 ? 0.25 : 0);

    private static void Check(bool valid, string name, object? value, string allowed)
    {
        if (!valid)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; allowed: {allowed}."));
    }
}
