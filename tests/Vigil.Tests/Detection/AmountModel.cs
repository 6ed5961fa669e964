using Vigil.Core.Models;

namespace Vigil.Tests.Detection;

/// <summary>A model for the handbook features whose score is the amount in 1/10,000.</summary>
internal sealed class AmountModel : Model
{
    public override ModelKind Kind => ModelKind.Trees;

    public override int FeatureCount => 15;

    public override float ExpectedMargin => 0;

    public override Model WithAttributes(IReadOnlyDictionary<string, string> attributes) => this;

    public override float Score(ReadOnlySpan<float> row) => row[0] / 10_000f;

    public override void Score(ReadOnlySpan<float> rows, Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(rows.Slice(i * FeatureCount, FeatureCount));
    }

    public override float Margin(ReadOnlySpan<float> row) => Score(row);

    protected override void Explain(ReadOnlySpan<float> row, Span<float> contributions) => contributions.Clear();
}
