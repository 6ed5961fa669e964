namespace Vigil.Training.Evaluation;

/// <summary>
/// What others reached on the Handbook's data set by <see cref="HandbookProtocol"/>, to print beside our own numbers. From
/// the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi), chapters 3 and 5 to 7; the last is an estimate
/// of the best any model can do, by one that knows the generator.
/// </summary>
public static class PublishedNumbers
{
    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        new("logistic regression", new(0.871, 0.606, 0.291), new(0.868, 0.623, 0.297)),
        new("random forest", new(0.867, 0.658, 0.287), new(0.870, 0.678, 0.299)),
        new("XGBoost", new(0.862, 0.639, 0.273), new(0.869, 0.687, 0.303)),
        new("XGBoost, best", null, new(0.872, 0.694, 0.304)),
        new("LSTM with attention", null, new(0.874, 0.667, 0.295)),
        new("feed-forward net", null, new(0.876, 0.675, 0.303)),
        new("near-Bayes ceiling", new(0.894, 0.778, 0.303), new(0.887, 0.766, 0.311)),
    ];
}
