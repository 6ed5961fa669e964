using Vigil.Training.Boosting;

namespace Vigil.Training.Learning;

/// <summary>Hyper-parameters chosen on the validation weeks of the Handbook's data (docs/models.md#defaults).</summary>
public static class LearnerDefaults
{
    /// <summary>For months of history.</summary>
    public static BoostingOptions Boosting { get; } = new()
    {
        Rounds = 150,
        LearningRate = 0.06,
        MaxDepth = 6,
        MinChildWeight = 10,
        Lambda = 5,
        RowSample = 0.8,
        ColumnSampleByTree = 0.5,
        Bins = 1024,
        Seeds = 3,
    };

    /// <summary>As <see cref="Boosting"/>, of another size: fewer trees, each of which learns more, score in less time.</summary>
    /// <param name="trees">Trees in all, at least one per seed; rounded up to a multiple of the seeds.</param>
    public static BoostingOptions Sized(int trees)
    {
        var seeds = Boosting.Seeds;
        ArgumentOutOfRangeException.ThrowIfLessThan(trees, seeds);
        var rounds = (trees + seeds - 1) / seeds;
        return Boosting with { Rounds = rounds, LearningRate = Math.Min(0.3, Boosting.LearningRate * Boosting.Rounds / rounds) };
    }

    /// <summary>For the Handbook's 15 features and its single week of training: fewer rows, smaller steps.</summary>
    public static BoostingOptions HandbookWeek { get; } = new()
    {
        Rounds = 480,
        LearningRate = 0.03,
        MaxDepth = 4,
        MinChildWeight = 2,
        Lambda = 0.1,
        RowSample = 0.5,
        Bins = 2048,
        Seeds = 5,
    };

    /// <summary>Of the random forest.</summary>
    public static BaggingOptions Bagging { get; } = new() { Bins = 4096 };
}
