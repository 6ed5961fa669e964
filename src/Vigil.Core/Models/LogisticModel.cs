namespace Vigil.Core.Models;

/// <summary>
/// Logistic regression on standardised features: sigmoid(bias + sum of weight_j (x_j - mean_j) / scale_j). A missing
/// value counts as the training mean, so it adds nothing.
/// </summary>
public sealed class LogisticModel : Model
{
    private readonly double[] _means;
    private readonly double[] _scales;
    private readonly double[] _weights;
    private readonly double[] _slopes;

    /// <param name="means">Of the training rows, by feature.</param>
    /// <param name="scales">Their standard deviations, above 0.</param>
    /// <param name="weights">Change of the log-odds per standard deviation.</param>
    /// <param name="bias">Log-odds of a row of means.</param>
    /// <param name="featureNames">Names in the order of the row, or empty.</param>
    /// <param name="attributes">Free text stored with the model.</param>
    /// <exception cref="ModelFormatException">Lengths differ, or a number is not finite.</exception>
    public LogisticModel(
        double[] means,
        double[] scales,
        double[] weights,
        double bias,
        IReadOnlyList<string>? featureNames = null,
        IReadOnlyDictionary<string, string>? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length == 0)
            throw new ModelFormatException("weights", "there are none.");
        Check(means, "means", weights.Length);
        Check(scales, "scales", weights.Length);
        Check(weights, "weights", weights.Length);
        if (Array.FindIndex(scales, s => s <= 0) is >= 0 and var wrong)
            throw new ModelFormatException($"scales[{wrong}]", "a standard deviation must be above 0.");
        if (!double.IsFinite(bias))
            throw new ModelFormatException("bias", "not a finite number.");
        if (featureNames is { Count: > 0 } && featureNames.Count != weights.Length)
            throw new ModelFormatException("feature_names", $"{featureNames.Count} names for {weights.Length} features.");
        _means = means;
        _scales = scales;
        _weights = weights;
        _slopes = [.. weights.Zip(scales, (w, s) => w / s)];
        Bias = bias;
        FeatureNames = featureNames ?? [];
        Attributes = attributes ?? new Dictionary<string, string>();
    }

    public override ModelKind Kind => ModelKind.Logistic;

    public override int FeatureCount => _weights.Length;

    public ReadOnlySpan<double> Means => _means;

    public ReadOnlySpan<double> Scales => _scales;

    public ReadOnlySpan<double> Weights => _weights;

    public double Bias { get; }

    public override LogisticModel WithAttributes(IReadOnlyDictionary<string, string> attributes) =>
        new(_means, _scales, _weights, Bias, FeatureNames, attributes);

    public override float Margin(ReadOnlySpan<float> row) => (float)LogOdds(row);

    public override float ExpectedMargin => (float)Bias;

    private double LogOdds(ReadOnlySpan<float> row)
    {
        if (row.Length != _weights.Length)
            throw new ArgumentException($"The row has {row.Length} values; the model takes {FeatureCount}.", nameof(row));
        var margin = Bias;
        for (var j = 0; j < row.Length; j++)
        {
            if (!float.IsNaN(row[j]))
                margin += _slopes[j] * (row[j] - _means[j]);
        }

        return margin;
    }

    public override float Score(ReadOnlySpan<float> row) => (float)(1 / (1 + Math.Exp(-LogOdds(row))));

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        if (rows.Length != (long)scores.Length * FeatureCount)
            throw new ArgumentException($"{rows.Length} values are not {scores.Length} rows of {FeatureCount}.", nameof(rows));
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(rows.Slice(i * FeatureCount, FeatureCount));
    }

    /// <remarks>Shapley values against the training means; a missing value counts as its mean and contributes nothing.</remarks>
    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions)
    {
        for (var j = 0; j < contributions.Length; j++)
            contributions[j] = float.IsNaN(row[j]) ? 0 : (float)(_slopes[j] * (row[j] - _means[j]));
    }

    private static void Check(double[] values, string field, int count)
    {
        if (values.Length != count)
            throw new ModelFormatException(field, $"{values.Length} values for {count} features.");
        if (Array.FindIndex(values, v => !double.IsFinite(v)) is >= 0 and var wrong)
            throw new ModelFormatException($"{field}[{wrong}]", "not a finite number.");
    }
}
