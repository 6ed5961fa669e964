using Vigil.Training.Dataset;

namespace Vigil.Training.Boosting;

/// <summary>What trainers check before they start.</summary>
internal static class TrainingRows
{
    /// <exception cref="ArgumentException">Says what does not fit, and where.</exception>
    internal static void Check(FeatureMatrix x, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights, string what)
    {
        if (x.RowCount == 0)
            throw new ArgumentException($"There are no {what} rows.");
        if (labels.Length != x.RowCount)
            throw new ArgumentException($"{labels.Length} labels for {x.RowCount} {what} rows.");
        var wrong = labels.IndexOfAnyExcept((byte)0, (byte)1);
        if (wrong >= 0)
            throw new ArgumentException($"The label of {what} row {wrong} is {labels[wrong]}; allowed: 0, 1.");
        if (!weights.IsEmpty && weights.Length != x.RowCount)
            throw new ArgumentException($"{weights.Length} weights for {x.RowCount} {what} rows.");
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0f && float.IsFinite(weights[i])))
                throw new ArgumentException(FormattableString.Invariant($"The weight of {what} row {i} is {weights[i]}; allowed: 0 or more."));
        }
    }
}
