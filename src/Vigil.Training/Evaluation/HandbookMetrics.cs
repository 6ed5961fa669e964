namespace Vigil.Training.Evaluation;

/// <summary>The three numbers that the Handbook compares models by, each in [0, 1].</summary>
/// <param name="RocAuc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Average precision.</param>
/// <param name="CardPrecision100">Card precision top-100.</param>
public readonly record struct HandbookMetrics(double RocAuc, double AveragePrecision, double CardPrecision100);
