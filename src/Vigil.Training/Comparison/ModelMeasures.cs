namespace Vigil.Training.Comparison;

/// <summary>How one model does on rows that neither it nor those beside it have learned from.</summary>
/// <param name="Version">Its version.</param>
/// <param name="AveragePrecision">Null without known frauds, as the next ones.</param>
/// <param name="Precision">Share of frauds among the reviewed, at the budget.</param>
/// <param name="Recall">Share of the frauds that is reviewed, at the budget.</param>
/// <param name="RocAuc">Area under the ROC curve.</param>
/// <param name="Brier">Mean squared error of the probability; null where the score claims to be none.</param>
/// <param name="CalibrationError">See <see cref="Evaluation.ProbabilityMetrics.ExpectedCalibrationError"/>.</param>
/// <param name="ReviewShare">Share of all rows at or above its review threshold, the blocked ones too.</param>
/// <param name="BlockShare">Share of all rows at or above its block threshold.</param>
/// <param name="ReviewPrecision">Share of frauds among those; null where there are none, or no label is known.</param>
/// <param name="ReviewRecall">Share of the frauds that is at or above its review threshold.</param>
/// <param name="Microseconds">To score one row, median; null where it was not measured.</param>
public sealed record ModelMeasures(
    int Version, Interval? AveragePrecision, Interval? Precision, Interval? Recall, double? RocAuc, double? Brier, double? CalibrationError,
    double ReviewShare, double BlockShare, double? ReviewPrecision, double? ReviewRecall, double? Microseconds);
