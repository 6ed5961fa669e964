using Vigil.Core.Models;

namespace Vigil.Training.Calibration;

/// <summary>
/// Isotonic regression of the labels on the scores by pooling adjacent violators (Zadrozny, Elkan, "Transforming
/// Classifier Scores into Accurate Multiclass Probability Estimates", KDD 2002, section 3), with lines between the
/// pools instead of steps: steps would give the same probability to rows that the model tells apart, and a threshold
/// could no longer let through the share that it is asked for.
/// </summary>
public static class IsotonicCalibration
{
    /// <summary>Fits the map.</summary>
    /// <param name="sample">At least one fraud and one legitimate row.</param>
    public static ScoreMap Fit(CalibrationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var pools = Pool(sample);
        var (x, y) = (new List<float> { 0 }, new List<float> { 0 });
        for (var i = 0; i < pools.Count; i++)
        {
            var pool = pools[i];
            // A pool without any fraud, or with nothing else, is not certain: half a row more on the other side, as
            // far as its neighbours leave room.
            var value = Math.Clamp(pool.Value, 0.5 / (pool.Rows + 1), (pool.Rows + 0.5) / (pool.Rows + 1));
            if (i > 0)
                value = Math.Max(value, y[^1]);
            if (i + 1 < pools.Count)
                value = Math.Min(value, (pool.Value + pools[i + 1].Value) / 2);
            var centre = (float)pool.Centre;
            if (centre <= x[^1])
                centre = MathF.BitIncrement(x[^1]);
            if (centre >= 1)
                break;
            x.Add(centre);
            y.Add(Math.Max((float)value, y[^1]));
        }

        if (x.Count > 1)
            y[0] = y[1] / 2;
        x.Add(1);
        y.Add((float)((1.0 + y[^1]) / 2));
        return new ScoreMap(x.ToArray(), y.ToArray());
    }

    /// <summary>Pools of rows by rising score, whose shares of frauds rise from each to the next.</summary>
    internal static List<IsotonicPool> Pool(CalibrationSample sample)
    {
        var order = Enumerable.Range(0, sample.Count).ToArray();
        Array.Sort(sample.Scores.ToArray(), order);
        var pools = new List<IsotonicPool>();
        for (var start = 0; start < order.Length;)
        {
            // Rows of one score are one pool from the first.
            var pool = default(IsotonicPool);
            for (var score = sample.Scores[order[start]]; start < order.Length && sample.Scores[order[start]] == score; start++)
            {
                var weight = sample.Weight(order[start]);
                pool = pool.With(new IsotonicPool(weight, sample.Labels[order[start]] ? weight : 0, weight * score, 1));
            }

            while (pools.Count > 0 && pools[^1].Value >= pool.Value)
            {
                pool = pools[^1].With(pool);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        return pools;
    }
}
