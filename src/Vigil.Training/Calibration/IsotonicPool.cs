namespace Vigil.Training.Calibration;

/// <summary>Neighbouring rows that isotonic regression gives one value.</summary>
/// <param name="Weight">Sum of their weights.</param>
/// <param name="Frauds">Sum of the weights of the frauds among them.</param>
/// <param name="ScoreSum">Sum of weight times score.</param>
/// <param name="Rows">Rows.</param>
internal readonly record struct IsotonicPool(double Weight, double Frauds, double ScoreSum, int Rows)
{
    /// <summary>The weighted share of frauds.</summary>
    public double Value => Frauds / Weight;

    /// <summary>The weighted mean of the scores.</summary>
    public double Centre => ScoreSum / Weight;

    public IsotonicPool With(IsotonicPool other) =>
        new(Weight + other.Weight, Frauds + other.Frauds, ScoreSum + other.ScoreSum, Rows + other.Rows);
}
