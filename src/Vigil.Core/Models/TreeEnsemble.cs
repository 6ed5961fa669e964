namespace Vigil.Core.Models;

/// <summary>
/// Boosted (or bagged) binary decision trees whose leaves add up to the log-odds of fraud: the same function, in
/// float32 and in the same order of addition, as XGBoost's <c>gbtree</c> with the objective <c>binary:logistic</c>
/// (Chen, Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016).
/// </summary>
public sealed class TreeEnsemble : Model
{
    private readonly TreeWalker _walker;
    private readonly TreeShap _shap;

    /// <param name="nodes">The trees.</param>
    /// <param name="featureCount">Length of the rows.</param>
    /// <param name="baseScore">Probability that the margin starts from, in (0, 1); with <paramref name="isRaw"/> the margin itself.</param>
    /// <param name="featureNames">Names in the order of the row, or empty.</param>
    /// <param name="attributes">Free text stored with the model (feature set hash, training window, ...).</param>
    /// <param name="isRaw">Whether XGBoost's objective is <c>binary:logitraw</c>, which starts from a margin.</param>
    /// <exception cref="ModelFormatException">The nodes are no trees over rows of this length.</exception>
    public TreeEnsemble(
        TreeNodes nodes,
        int featureCount,
        float baseScore,
        IReadOnlyList<string>? featureNames = null,
        IReadOnlyDictionary<string, string>? attributes = null,
        bool isRaw = false)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        if (isRaw ? !float.IsFinite(baseScore) : !(baseScore > 0f && baseScore < 1f))
            throw new ModelFormatException("learner.learner_model_param.base_score", $"{baseScore} is not {(isRaw ? "finite" : "a probability between 0 and 1")}.");
        if (featureNames is { Count: > 0 } && featureNames.Count != featureCount)
            throw new ModelFormatException("learner.feature_names", $"{featureNames.Count} names for {featureCount} features.");
        TreeValidation.ThrowIfInvalid(nodes, featureCount, TreeValidation.XgboostTrees);
        Nodes = nodes;
        FeatureCount = featureCount;
        BaseScore = baseScore;
        IsRaw = isRaw;
        BaseMargin = isRaw ? baseScore : -MathF.Log((1f / baseScore) - 1f);
        FeatureNames = featureNames ?? [];
        Attributes = attributes ?? new Dictionary<string, string>();
        _walker = new TreeWalker(nodes, featureCount, BaseMargin);
        _shap = new TreeShap(nodes, featureCount);
        ExpectedMargin = (float)(BaseMargin + _shap.Expected);
    }

    public override ModelKind Kind => ModelKind.Trees;

    public override int FeatureCount { get; }

    /// <summary>The trees, for explanations and for writing.</summary>
    public TreeNodes Nodes { get; }

    /// <summary>The probability that scoring starts from, in (0, 1), or the margin where <see cref="IsRaw"/>.</summary>
    public float BaseScore { get; }

    /// <summary>Whether XGBoost's objective is <c>binary:logitraw</c>; its predictions are margins, ours probabilities.</summary>
    public bool IsRaw { get; }

    /// <summary>The log-odds that scoring starts from.</summary>
    public float BaseMargin { get; }

    public int TreeCount => Nodes.TreeCount;

    /// <inheritdoc/>
    /// <remarks>They are XGBoost's <c>learner.attributes</c>; other tools keep them.</remarks>
    public override TreeEnsemble WithAttributes(IReadOnlyDictionary<string, string> attributes) =>
        new(Nodes, FeatureCount, BaseScore, FeatureNames, attributes, IsRaw);

    /// <summary>The same trees over wider rows, or rows in another order.</summary>
    /// <param name="names">The columns of those rows; each of <see cref="Model.FeatureNames"/> is among them.</param>
    /// <exception cref="ArgumentException">The model names no features, or others.</exception>
    public TreeEnsemble WithFeatures(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (FeatureNames.Count == 0)
            throw new ArgumentException("The model does not name its features.", nameof(names));
        var columns = FeatureNames.Select(name => names.ToList().IndexOf(name)).ToArray();
        var missing = Array.IndexOf(columns, -1);
        if (missing >= 0)
            throw new ArgumentException($"There is no feature {FeatureNames[missing]}.", nameof(names));
        return new TreeEnsemble(Nodes.WithColumns(columns), names.Count, BaseScore, names, Attributes, IsRaw);
    }

    /// <summary>The log-odds of one row: base margin first, then every tree in order, in float32 as XGBoost adds.</summary>
    /// <param name="row"><see cref="FeatureCount"/> values; NaN is a missing value.</param>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public override float Margin(ReadOnlySpan<float> row)
    {
        if (row.Length != FeatureCount)
            throw new ArgumentException($"The row has {row.Length} values; the model takes {FeatureCount}.", nameof(row));
        return _walker.Margin(row);
    }

    /// <summary>The log-odds of rows laid one after another; equal, bit for bit, to each alone.</summary>
    /// <param name="rows">Shape (n, <see cref="FeatureCount"/>), row-major.</param>
    /// <param name="margins">Shape (n).</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public void Margin(ReadOnlySpan<float> rows, Span<float> margins)
    {
        if (rows.Length != (long)margins.Length * FeatureCount)
            throw new ArgumentException($"{rows.Length} values are not {margins.Length} rows of {FeatureCount}.", nameof(rows));
        _walker.Margins(rows, margins);
    }

    public override float Score(ReadOnlySpan<float> row) => Sigmoid(Margin(row));

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        Margin(rows, scores);
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Sigmoid(scores[i]);
    }

    public override float ExpectedMargin { get; }

    public override bool HasContributions => Nodes.HasCover;

    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => _shap.Contributions(row, contributions);

    /// <summary>1 / (1 + e^-margin), with the clamp that XGBoost uses against overflow.</summary>
    public static float Sigmoid(float margin) => 1f / (MathF.Exp(MathF.Min(-margin, 88.7f)) + 1f);
}
