using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;

namespace Vigil.Core.Decisions;

/// <summary>Explains stored decisions of one model over one feature set. Safe to use from any thread.</summary>
public sealed class Explainer
{
    /// <summary>From how many earlier payments on something is called usual.</summary>
    public const int FewestForUsual = 3;

    private readonly FeatureSet _features;
    private readonly Model _model;
    private readonly FeatureWords _words;

    /// <param name="features">The set that the vectors are of.</param>
    /// <param name="model">The model that decided.</param>
    /// <exception cref="ArgumentException">The model takes another number of features, or cannot be explained.</exception>
    public Explainer(FeatureSet features, Model model)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(model);
        if (model.FeatureCount != features.Features.Count)
            throw new ArgumentException($"The model takes {model.FeatureCount} features, the feature set {features.Name} has {features.Features.Count}.", nameof(model));
        if (!model.HasContributions)
            throw new ArgumentException("The model's document has no covers (sum_hessian), from which contributions are computed.", nameof(model));
        (_features, _model, _words) = (features, model, new FeatureWords(features));
    }

    /// <summary>Explains one decision.</summary>
    /// <param name="transaction">What was decided.</param>
    /// <param name="vector">The vector that was scored.</param>
    /// <param name="earlier">Vectors of earlier payments of the account, in any order; their medians are what is usual.</param>
    public Explanation Explain(Transaction transaction, ReadOnlySpan<float> vector, IReadOnlyList<float[]> earlier)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(earlier);
        var moved = new float[_model.FeatureCount];
        _model.Contributions(vector, moved);
        var usual = Usual(earlier);
        var row = vector.ToArray();
        return new Explanation(
            _model.Margin(vector), _model.ExpectedMargin,
            [.. moved.Select((m, f) => new Contribution(_features.Names[f], row[f], usual[f], m, _words.Say(f, transaction, row, usual[f])))
                .OrderByDescending(c => Math.Abs(c.Moved))]);
    }

    /// <summary>
    /// The median of each feature over earlier vectors, those in which it is missing left out; of an even number the mean
    /// of the two in the middle. NaN with fewer than <see cref="FewestForUsual"/>.
    /// </summary>
    public float[] Usual(IReadOnlyList<float[]> earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var usual = new float[_features.Features.Count];
        var values = new List<float>(earlier.Count);
        for (var f = 0; f < usual.Length; f++)
        {
            values.Clear();
            values.AddRange(earlier.Select(vector => vector[f]).Where(float.IsFinite));
            values.Sort();
            var half = values.Count / 2;
            usual[f] = values.Count < FewestForUsual ? float.NaN
                : values.Count % 2 == 1 ? values[half]
                : (float)(((double)values[half - 1] + values[half]) / 2);
        }

        return usual;
    }
}
