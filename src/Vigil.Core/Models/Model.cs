namespace Vigil.Core.Models;

/// <summary>
/// A fitted model: a pure function from a feature vector to a score. Immutable and safe to share between threads;
/// scoring allocates nothing.
/// </summary>
public abstract class Model
{
    /// <summary>What decided: stored with each decision, so a reader knows whether labels had a say.</summary>
    public abstract ModelKind Kind { get; }

    /// <summary>Length of the vectors that <see cref="Score(ReadOnlySpan{float})"/> takes.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>Names of the features in the order of the row; empty if the model's document named none.</summary>
    public IReadOnlyList<string> FeatureNames { get; protected init; } = [];

    /// <summary>Free text kept with the model: the hash of its feature set, when and from what it was trained, ...</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; protected init; } = new Dictionary<string, string>();

    /// <summary>The same model with other attributes.</summary>
    public abstract Model WithAttributes(IReadOnlyDictionary<string, string> attributes);

    /// <summary>Scores one row.</summary>
    /// <param name="row"><see cref="FeatureCount"/> values in the feature set's order; NaN is a missing value.</param>
    /// <returns>In [0, 1]; higher is more suspicious.</returns>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public abstract float Score(ReadOnlySpan<float> row);

    /// <summary>Scores rows laid one after another; equal, bit for bit, to scoring each alone.</summary>
    /// <param name="rows">Shape (n, <see cref="FeatureCount"/>), row-major.</param>
    /// <param name="scores">Shape (n); receives the scores.</param>
    /// <exception cref="ArgumentException">The shapes do not agree.</exception>
    public abstract void Score(ReadOnlySpan<float> rows, Span<float> scores);

    /// <summary>
    /// How much each feature moved this row's score away from the usual one: positive towards fraud. The scale is the
    /// model's own (log-odds for trees and logistic regression, path lengths for an isolation forest).
    /// </summary>
    /// <param name="row">As for <see cref="Score(ReadOnlySpan{float})"/>.</param>
    /// <param name="contributions">Shape (<see cref="FeatureCount"/>); receives them, all zero where the model cannot say.</param>
    public virtual void Contributions(ReadOnlySpan<float> row, Span<float> contributions) => contributions.Clear();
}
