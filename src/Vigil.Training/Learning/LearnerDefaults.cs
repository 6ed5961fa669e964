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
