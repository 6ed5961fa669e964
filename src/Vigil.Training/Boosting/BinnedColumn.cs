namespace Vigil.Training.Boosting;

/// <summary>The bins of one feature.</summary>
internal sealed class BinnedColumn
{
    /// <param name="cuts">Strictly ascending.</param>
    /// <param name="hasMissing">Whether a training row lacks the feature.</param>
    /// <param name="canIsolateMissing">Whether every present value is below the largest float.</param>
    internal BinnedColumn(float[] cuts, bool hasMissing, bool canIsolateMissing)
    {
        Cuts = cuts;
        HasMissing = hasMissing;
        CanIsolateMissing = hasMissing && canIsolateMissing;
    }

    internal float[] Cuts { get; }

    internal bool HasMissing { get; }

    /// <summary>Whether "present or missing" is a split: the last bin against the missing one.</summary>
    internal bool CanIsolateMissing { get; }

    /// <summary>Bins of present values.</summary>
    internal int PresentBins => Cuts.Length + 1;

    /// <summary>The code of a missing value; it has a place in the histogram only if training rows miss it.</summary>
    internal int MissingCode => Cuts.Length + 1;

    internal int BinCount => PresentBins + (HasMissing ? 1 : 0);

    /// <summary>Values below it are in bin <paramref name="bin"/> or a lower one.</summary>
    internal float UpperEdge(int bin) => bin < Cuts.Length ? Cuts[bin] : float.MaxValue;

    /// <summary>The number of cuts at or below the value; <see cref="MissingCode"/> for NaN.</summary>
    internal int CodeOf(float value)
    {
        if (float.IsNaN(value))
            return MissingCode;
        var cuts = Cuts;
        var (low, length) = (0, cuts.Length);
        if (length == 0)
            return 0;

        // Arithmetic in place of branches, of which half would be mispredicted.
        while (length > 1)
        {
            var half = length >> 1;
            low += half & -(cuts[low + half - 1] <= value ? 1 : 0);
            length -= half;
        }

        return low + (cuts[low] <= value ? 1 : 0);
    }
}
