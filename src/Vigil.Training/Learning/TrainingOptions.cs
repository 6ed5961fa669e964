using Vigil.Training.Boosting;

namespace Vigil.Training.Learning;

/// <summary>How a model is made of a history.</summary>
public sealed record TrainingOptions
{
    /// <summary>Which learner; null lets the labels decide: boosted trees with enough of them, else an isolation forest.</summary>
    public Learner? Learner { get; init; }

    /// <summary>Fewer known frauds than this are too few for boosted trees. 1 or more; default 50.</summary>
    public int MinFrauds { get; init; } = 50;

    /// <summary>Newest days whose labelled rows measure the model instead of teaching it. 1 or more; default 7.</summary>
    public int HoldoutDays { get; init; } = 7;

    /// <summary>
    /// Newest days, those of the holdout among them, whose rows say what is usual: drift is measured against them. 1 or
    /// more; default 28.
    /// </summary>
    public int ReferenceDays { get; init; } = 28;

    /// <summary>
    /// Whether the scores of all reference days are looked at, by a fit for each stretch of <see cref="HoldoutDays"/> that
    /// leaves it out, or those of the holdout alone, which costs less time. Default true.
    /// </summary>
    public bool FitsReference { get; init; } = true;

    /// <summary>
    /// Thresholds of another model, with its reference's scores: they are carried over by the shares of payments that
    /// they let through. Null lets <see cref="ReviewShare"/> and <see cref="BlockPrecision"/> decide.
    /// </summary>
    public CarriedThresholds? Carried { get; init; }

    /// <summary>
    /// Share of transactions that the review threshold lets through to analysts, in (0, 1); default 0.01.
    /// </summary>
    public double ReviewShare { get; init; } = 0.01;

    /// <summary>
    /// Share of frauds among the transactions above the block threshold that the holdout must show, in (0, 1];
    /// default 0.95. Where no threshold shows it, the model never blocks.
    /// </summary>
    public double BlockPrecision { get; init; } = 0.95;

    /// <summary>Share of legitimate rows that teach, each weighing its inverse; in (0, 1]; default 1.</summary>
    public double LegitimateShare { get; init; } = 1;

    /// <summary>Of the boosted trees.</summary>
    public BoostingOptions Boosting { get; init; } = LearnerDefaults.Boosting;

    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinFrauds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HoldoutDays, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReferenceDays, 1);
        InUnit(ReviewShare, nameof(ReviewShare));
        InUnit(BlockPrecision, nameof(BlockPrecision));
        InUnit(LegitimateShare, nameof(LegitimateShare));
        Boosting.Validate();
    }

    private static void InUnit(double value, string name)
    {
        if (value is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(name, value, "is not in (0, 1]");
    }
}
