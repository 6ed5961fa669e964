namespace Vigil.Training.Evaluation;

/// <summary>What one threshold flags.</summary>
/// <param name="Threshold">The lowest score that is flagged.</param>
/// <param name="Frauds">Frauds among the flagged, by weight.</param>
/// <param name="Genuine">Others among the flagged, by weight.</param>
public readonly record struct RocPoint(float Threshold, double Frauds, double Genuine)
{
    /// <summary>Share of frauds among the flagged; NaN where nothing is.</summary>
    public double Precision => Frauds / (Frauds + Genuine);
}
