namespace Vigil.Training.Boosting;

/// <summary>Metrics on margins, for early stopping.</summary>
internal static class ValidationMetric
{
    /// <summary>
    /// Average precision: the sum over distinct margins, from high to low, of the precision there times the recall gained.
    /// NaN without positive rows.
    /// </summary>
    internal static double AveragePrecision(ReadOnlySpan<float> margins, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights)
    {
        var keys = margins.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(keys, order);
        double positives = 0;
        for (var i = 0; i < labels.Length; i++)
            positives += labels[i] * (weights.IsEmpty ? 1.0 : weights[i]);

        double hits = 0, seen = 0, sum = 0;
        for (var i = keys.Length - 1; i >= 0;)
        {
            var margin = keys[i];
            double tied = 0;
            for (; i >= 0 && keys[i] == margin; i--)
            {
                var weight = weights.IsEmpty ? 1.0 : weights[order[i]];
                tied += labels[order[i]] * weight;
                seen += weight;
            }

            hits += tied;
            if (tied > 0)
                sum += hits / seen * tied;
        }

        return sum / positives;
    }

    /// <summary>Weighted mean of log(1 + e^-m) over positive and log(1 + e^m) over negative rows.</summary>
    internal static double LogLoss(ReadOnlySpan<float> margins, ReadOnlySpan<byte> labels, ReadOnlySpan<float> weights)
    {
        double sum = 0, total = 0;
        for (var i = 0; i < margins.Length; i++)
        {
            var weight = weights.IsEmpty ? 1.0 : weights[i];
            var z = labels[i] == 1 ? -(double)margins[i] : margins[i];
            sum += weight * (Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            total += weight;
        }

        return sum / total;
    }
}
