namespace Vigil.Training.Drift;

/// <summary>How far a feature, or the score, is from what it was when the model was made.</summary>
/// <param name="Name">Name of the feature; <c>score</c> for the score.</param>
/// <param name="Psi">Population stability index; see <see cref="DriftStatistics.StabilityIndex"/>.</param>
/// <param name="Ks">Kolmogorov and Smirnov's distance in [0, 1]; null where no row has a value.</param>
/// <param name="KsProbability">How probable a distance as large is without any drift; null as <paramref name="Ks"/>.</param>
/// <param name="Missing">Share of rows that lack it now.</param>
/// <param name="MissingBefore">Share of rows that lacked it.</param>
public sealed record ColumnDrift(
    string Name, double Psi, double? Ks, double? KsProbability, double Missing, double MissingBefore);
