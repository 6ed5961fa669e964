namespace Vigil.Training.Reference;

/// <summary>How the values of one feature are distributed.</summary>
/// <param name="Name">Name of the feature.</param>
/// <param name="Missing">Share of rows that lack it, in [0, 1].</param>
/// <param name="Edges">Where bins begin, ascending: bin i holds the values from edge i - 1 on and below edge i.</param>
/// <param name="Shares">Share of the present values in each bin, one more than edges; the outer bins are empty: they wait for what was never seen.</param>
public sealed record ColumnReference(string Name, double Missing, IReadOnlyList<float> Edges, IReadOnlyList<double> Shares)
{
    // Fiftieths, and finer at both ends: what is new shows in the tails first.
    private static readonly double[] Quantiles =
        [0.001, 0.005, 0.01, .. Enumerable.Range(1, 49).Select(i => i / 50.0), 0.99, 0.995, 0.999];

    /// <summary>Describes a feature.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Of many rows; NaN is missing. Sorted by this.</param>
    public static ColumnReference Of(string name, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Array.Sort(values); // NaN comes first
        var missing = 0;
        while (missing < values.Length && float.IsNaN(values[missing]))
            missing++;
        var present = values.AsSpan(missing);
        if (present.Length == 0)
            return new ColumnReference(name, values.Length == 0 ? 0 : 1, [], [0]);

        var edges = new List<float> { present[0] };
        foreach (var quantile in Quantiles)
        {
            var value = present[(int)(quantile * present.Length)];
            if (value > edges[^1])
                edges.Add(value);
        }

        if (present[^1] > edges[^1])
            edges.Add(present[^1]);
        edges.Add(MathF.BitIncrement(present[^1]));
        var shares = new double[edges.Count + 1];
        foreach (var value in present)
            shares[BinOf(edges, value)]++;
        for (var i = 0; i < shares.Length; i++)
            shares[i] /= present.Length;
        return new ColumnReference(name, missing / (double)values.Length, edges, shares);
    }

    /// <summary>The bin of a value that is not missing.</summary>
    public int BinOf(float value) => BinOf(Edges, value);

    private static int BinOf(IReadOnlyList<float> edges, float value)
    {
        var (low, high) = (0, edges.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (edges[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
