namespace Vigil.Core.Models;

/// <summary>
/// A model whose score is a probability: another model's score, mapped. The order of any two rows stays, as far as
/// float32 can tell them apart, and so do contributions, which are on the inner model's scale.
/// </summary>
public sealed class CalibratedModel : Model
{
    /// <param name="inner">Gives the score; not itself calibrated.</param>
    /// <param name="map">Makes a probability of it.</param>
    /// <exception cref="ArgumentException">The inner model is calibrated already.</exception>
    public CalibratedModel(Model inner, ScoreMap map)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(map);
        if (inner is CalibratedModel)
            throw new ArgumentException("A calibrated model is not calibrated again: calibrate the model inside.", nameof(inner));
        (Inner, Map) = (inner, map);
        (FeatureNames, Attributes) = (inner.FeatureNames, inner.Attributes);
    }

    /// <summary>The model whose document is stored; scores as it was trained to.</summary>
    public Model Inner { get; }

    /// <summary>From the inner model's score to the probability.</summary>
    public ScoreMap Map { get; }

    public override ModelKind Kind => Inner.Kind;

    public override int FeatureCount => Inner.FeatureCount;

    public override CalibratedModel WithAttributes(IReadOnlyDictionary<string, string> attributes) =>
        new(Inner.WithAttributes(attributes), Map);

    public override float Score(ReadOnlySpan<float> row) => Map.Apply(Inner.Score(row));

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        Inner.Score(rows, scores);
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Map.Apply(scores[i]);
    }

    public override float Margin(ReadOnlySpan<float> row) => Inner.Margin(row);

    public override float ExpectedMargin => Inner.ExpectedMargin;

    public override bool HasContributions => Inner.HasContributions;

    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => Inner.Contributions(row, contributions);
}
