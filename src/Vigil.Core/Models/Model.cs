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
    /// The score of one row before it is squeezed into [0, 1], on the scale on which contributions add up: the log-odds
    /// for trees and logistic regression, the logarithm to base 2 for an isolation forest.
    /// </summary>
    /// <param name="row">As for <see cref="Score(ReadOnlySpan{float})"/>.</param>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public abstract float Margin(ReadOnlySpan<float> row);

    /// <summary>The margin of a row of which nothing is known: where contributions start from (XGBoost calls it bias).</summary>
    public abstract float ExpectedMargin { get; }

    /// <summary>Whether <see cref="Contributions"/> can be computed: a document of trees may lack their covers.</summary>
    public virtual bool HasContributions => true;

    /// <summary>
    /// How much each feature moved this row's margin away from <see cref="ExpectedMargin"/>: positive towards fraud. They
    /// are the exact Shapley values (<see cref="TreeShap"/> for trees), so with the expected margin they sum to the margin.
    /// Allocates nothing once warm.
    /// </summary>
    /// <param name="row">As for <see cref="Score(ReadOnlySpan{float})"/>.</param>
    /// <param name="contributions">Shape (<see cref="FeatureCount"/>); receives them.</param>
    /// <exception cref="ArgumentException">A length is another one.</exception>
    /// <exception cref="InvalidOperationException"><see cref="HasContributions"/> is false.</exception>
    public void Contributions(ReadOnlySpan<float> row, Span<float> contributions)
    {
        if (row.Length != FeatureCount || contributions.Length != FeatureCount)
            throw new ArgumentException($"{row.Length} values and room for {contributions.Length}; the model takes {FeatureCount}.", nameof(row));
        if (!HasContributions)
            throw new InvalidOperationException("The model's document has no covers (sum_hessian), from which contributions are computed.");
        Explain(row, contributions);
    }

    /// <summary><see cref="Contributions"/>, of checked arguments.</summary>
    protected abstract void Explain(ReadOnlySpan<float> row, Span<float> contributions);
}
