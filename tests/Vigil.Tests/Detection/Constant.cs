using Vigil.Core.Models;

namespace Vigil.Tests.Detection;

/// <summary>A model for the handbook features that always says the same, or throws where the amount is too large.</summary>
internal sealed class Constant(float score = 0.5f, float throwAbove = float.PositiveInfinity) : Model
{
    public static Constant Half { get; } = new();

    public override ModelKind Kind => ModelKind.Trees;

    public override Model WithAttributes(IReadOnlyDictionary<string, string> attributes) => this;

    public override int FeatureCount => 15;

    public override float Score(ReadOnlySpan<float> row) =>
        row[0] > throwAbove ? throw new InvalidOperationException("a defect") : score;

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(rows.Slice(i * FeatureCount, FeatureCount));
    }
    public override float Margin(ReadOnlySpan<float> row) => Score(row);

    public override float ExpectedMargin => score;

    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => contributions.Clear();
}
