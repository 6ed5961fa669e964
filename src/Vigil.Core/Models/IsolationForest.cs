namespace Vigil.Core.Models;

/// <summary>
/// Isolation forest (Liu, Ting, Zhou, "Isolation Forest", ICDM 2008): the fewer random cuts it takes to isolate a row,
/// the more anomalous it is. The score is 2^(-E(h) / c(n)) of section 2, where a path that ends in a leaf of several
/// training rows is lengthened by c(rows), what an unfinished subtree would have added.
/// </summary>
/// <remarks>A row that lacks a node's feature follows the majority of the training rows: what is missing does not isolate.</remarks>
public sealed class IsolationForest : Model
{
    private readonly TreeWalker _walker;
    private readonly TreeShap _shap;
    private readonly float _scale;

    /// <param name="nodes">The trees; a leaf's value is the adjusted length of the path to it, its cover the training rows there.</param>
    /// <param name="featureCount">Length of the rows.</param>
    /// <param name="sampleSize">Rows that each tree was grown from, 2 or more.</param>
    /// <param name="featureNames">Names in the order of the row, or empty.</param>
    /// <param name="attributes">Free text stored with the model.</param>
    /// <exception cref="ModelFormatException">The nodes are no trees over rows of this length.</exception>
    public IsolationForest(
        TreeNodes nodes,
        int featureCount,
        int sampleSize,
        IReadOnlyList<string>? featureNames = null,
        IReadOnlyDictionary<string, string>? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        if (sampleSize < 2)
            throw new ModelFormatException("sample_size", $"{sampleSize}; at least 2 rows are needed to isolate one.");
        if (nodes.TreeCount == 0)
            throw new ModelFormatException("trees", "there are none.");
        if (featureNames is { Count: > 0 } && featureNames.Count != featureCount)
            throw new ModelFormatException("feature_names", $"{featureNames.Count} names for {featureCount} features.");
        TreeValidation.ThrowIfInvalid(nodes, featureCount, "trees");
        Nodes = nodes;
        FeatureCount = featureCount;
        SampleSize = sampleSize;
        FeatureNames = featureNames ?? [];
        Attributes = attributes ?? new Dictionary<string, string>();
        _walker = new TreeWalker(nodes, featureCount, 0f);
        _scale = (float)(-1 / (nodes.TreeCount * AveragePathLength(sampleSize)));
        _shap = new TreeShap(nodes, featureCount);
        ExpectedMargin = (float)(_shap.Expected * _scale);
    }

    public override ModelKind Kind => ModelKind.IsolationForest;

    public override int FeatureCount { get; }

    public TreeNodes Nodes { get; }

    /// <summary>Rows that each tree was grown from: n in c(n).</summary>
    public int SampleSize { get; }

    public override IsolationForest WithAttributes(IReadOnlyDictionary<string, string> attributes) =>
        new(Nodes, FeatureCount, SampleSize, FeatureNames, attributes);

    /// <summary>The logarithm to base 2 of the score: -E(h) / c(n), 0 at most.</summary>
    public override float Margin(ReadOnlySpan<float> row)
    {
        if (row.Length != FeatureCount)
            throw new ArgumentException($"The row has {row.Length} values; the model takes {FeatureCount}.", nameof(row));
        return _walker.Margin(row) * _scale;
    }

    public override float Score(ReadOnlySpan<float> row) => Exp2(Margin(row));

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        if (rows.Length != (long)scores.Length * FeatureCount)
            throw new ArgumentException($"{rows.Length} values are not {scores.Length} rows of {FeatureCount}.", nameof(rows));
        _walker.Margins(rows, scores);
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Exp2(scores[i] * _scale);
    }

    public override float ExpectedMargin { get; }

    public override bool HasContributions => Nodes.HasCover;

    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => _shap.Contributions(row, contributions, _scale);

    private static float Exp2(float exponent) => MathF.Pow(2f, exponent);

    /// <summary>
    /// c(n), the mean depth of an unsuccessful search in a binary search tree of n rows (equation 1 of the paper):
    /// 2 H(n - 1) - 2 (n - 1) / n, with H(i) = ln i + 0.5772... as there.
    /// </summary>
    public static double AveragePathLength(int n) => n switch
    {
        <= 1 => 0,
        2 => 1,
        _ => (2 * (Math.Log(n - 1) + 0.57721566490153286)) - (2.0 * (n - 1) / n),
    };
}
