namespace Vigil.Training.Boosting;

/// <summary>How a random forest is grown.</summary>
public sealed record BaggingOptions
{
    /// <summary>Trees. 1 to 100,000; default 100.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Longest path from the root to a leaf. 0 to 1,000, 0 for no limit; default 0.</summary>
    public int MaxDepth { get; init; }

    /// <summary>Rows in a leaf, counted as often as drawn, at least. 1 or more; default 1.</summary>
    public int MinLeafRows { get; init; } = 1;

    /// <summary>Share of the features drawn for each node. Above 0, at most 1; default null: the square root of their number.</summary>
    public double? ColumnSample { get; init; }

    /// <summary>Whether each tree sees rows drawn with replacement (Poisson(1) copies of each), or all. Default true.</summary>
    public bool Bootstrap { get; init; } = true;

    /// <summary>Histogram bins of a feature, as in <see cref="BoostingOptions.Bins"/>. Default 1,024.</summary>
    public int Bins { get; init; } = 1024;

    /// <summary>Drives all draws; equal inputs and seeds give equal bits. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; 0 for all processors (the default). The model does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The same in the terms of the tree grower: no learning rate, no penalty.</summary>
    internal BoostingOptions ToBoosting(int columns)
    {
        if (MinLeafRows < 1)
            throw new ArgumentException($"MinLeafRows is {MinLeafRows}; allowed: 1 or more.");
        var options = new BoostingOptions
        {
            Rounds = Trees,
            LearningRate = 1,
            MaxDepth = MaxDepth,
            Bins = Bins,
            Lambda = 0,
            BaseScore = 0.5,
            MinChildWeight = 0.25 * MinLeafRows, // a row's hessian at probability 1/2
            ColumnSampleByNode = ColumnSample ?? ((Math.Sqrt(columns) + 0.5) / columns is var share and < 1 ? share : 1),
            Seed = Seed,
            Threads = Threads,
        };
        options.Validate();
        return options;
    }
}
