namespace Vigil.Training.Evaluation;

/// <summary>Rows of neighbouring scores: what they promised and what came.</summary>
/// <param name="Rows">Rows, 1 or more.</param>
/// <param name="MeanScore">Mean of their scores.</param>
/// <param name="FraudShare">Share of frauds among them.</param>
public readonly record struct ReliabilityBin(int Rows, double MeanScore, double FraudShare)
{
    /// <summary>How many rows those stand for.</summary>
    public double Weight { get; init; } = Rows;
}
