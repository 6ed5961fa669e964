namespace Vigil.Training.Comparison.Shadow;

/// <summary>What reviewing the highest scores of each day by one model finds.</summary>
/// <param name="Labelled">Reviewed payments whose label is known.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="Precision">Share of frauds among the labelled of them; null while none is labelled.</param>
/// <param name="Recall">Share of all known frauds that is among them; null while none is known.</param>
public sealed record ReviewedBy(int Labelled, int Frauds, Interval? Precision, Interval? Recall);
