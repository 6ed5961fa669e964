namespace Vigil.Training.Boosting;

/// <summary>What early stopping watches on the validation rows.</summary>
public enum BoostingMetric
{
    /// <summary>Average precision (higher is better).</summary>
    AveragePrecision = 0,

    /// <summary>Mean logarithmic loss (lower is better).</summary>
    LogLoss = 1,
}
