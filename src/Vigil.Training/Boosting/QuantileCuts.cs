namespace Vigil.Training.Boosting;

/// <summary>
/// Chooses where a feature may be cut. A cut lies halfway between two neighbouring distinct values, as in an exact
/// search; with more distinct values than bins, both tails keep all of theirs and the middle is cut at equal numbers
/// of rows, a value with more rows than a share being a bin of its own.
/// </summary>
internal static class QuantileCuts
{
    /// <summary>Finds the cuts of one feature.</summary>
    /// <param name="sorted">Its values without NaN, ascending.</param>
    /// <param name="bins">Most bins, 2 or more; there is one cut fewer.</param>
    /// <param name="tailShare">Share of the bins for each tail, in [0, 0.5].</param>
    /// <returns>Strictly ascending, finite. A value belongs to bin k iff exactly k cuts are at or below it.</returns>
    internal static float[] Find(ReadOnlySpan<float> sorted, int bins, double tailShare)
    {
        var (starts, distinct) = DistinctStarts(sorted);
        var chosen = new List<int>(Math.Min(distinct, bins));
        if (distinct <= bins)
        {
            for (var d = 1; d < distinct; d++)
                chosen.Add(starts[d]);
        }
        else
        {
            var tail = Math.Min((int)(bins * tailShare), (bins - 1) / 2);
            for (var d = 1; d <= tail; d++)
                chosen.Add(starts[d]);
            CutMiddle(starts.AsSpan(tail, distinct - (2 * tail)), starts[distinct - tail], bins - (2 * tail), chosen);
            for (var d = distinct - tail; d < distinct; d++)
                chosen.Add(starts[d]);
        }

        var cuts = new List<float>(chosen.Count);
        foreach (var start in chosen)
        {
            if (Between(sorted[start - 1], sorted[start]) is { } cut && (cuts.Count == 0 || cut > cuts[^1]))
                cuts.Add(cut);
        }

        return [.. cuts];
    }

    /// <summary>Where each distinct value's run begins, and one entry more: the end.</summary>
    private static (int[] Starts, int Count) DistinctStarts(ReadOnlySpan<float> sorted)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
                count++;
        }

        var starts = new int[count + 1];
        count = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
                starts[count++] = i;
        }

        starts[count] = sorted.Length;
        return (starts, count);
    }

    /// <summary>
    /// Greedy equal shares: a bin is closed when it holds its share of the rows still to come, or when the next value
    /// alone would fill a bin.
    /// </summary>
    private static void CutMiddle(ReadOnlySpan<int> starts, int end, int bins, List<int> chosen)
    {
        var left = bins;
        var binStart = starts[0];
        for (var d = 1; d < starts.Length && left > 1; d++)
        {
            var next = d + 1 < starts.Length ? starts[d + 1] : end;
            var share = (double)(end - binStart) / left;
            var held = starts[d] - binStart;
            var distinctLeft = starts.Length - d;
            if (held >= share || next - starts[d] >= share || held + ((next - starts[d]) / 2.0) > share || distinctLeft < left)
            {
                chosen.Add(starts[d]);
                binStart = starts[d];
                left--;
            }
        }
    }

    /// <summary>A finite number above <paramref name="low"/> and at most <paramref name="high"/>, near their mean.</summary>
    private static float? Between(float low, float high)
    {
        var middle = Math.Clamp((float)((0.5 * low) + (0.5 * high)), -float.MaxValue, float.MaxValue);
        if (!(middle > low))
            middle = high;
        return middle > low && middle <= high && float.IsFinite(middle) ? middle : null;
    }
}
