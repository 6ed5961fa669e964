namespace Vigil.Training.Evaluation;

/// <summary>Metrics of scores that claim to be probabilities: whether 0.3 means three in ten.</summary>
public static class ProbabilityMetrics
{
    // scikit-learn's for doubles: a certain and wrong answer costs 36, not infinity.
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Mean of -log of the probability given to what happened, as scikit-learn's log_loss on doubles.</summary>
    /// <param name="scores">Shape (n), in [0, 1]; kept 2.2e-16 away from the ends.</param>
    /// <param name="labels">Shape (n).</param>
    /// <returns>At least 0; NaN if there are no rows.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is outside [0, 1].</exception>
    public static double LogLoss(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        Check(scores, labels);
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            var p = Math.Clamp((double)scores[i], Epsilon, 1 - Epsilon);
            sum -= Math.Log(labels[i] ? p : 1 - p);
        }

        return sum / scores.Length;
    }

    /// <summary>Mean squared difference between score and outcome (Brier, Monthly Weather Review 78, 1950).</summary>
    /// <inheritdoc cref="LogLoss"/>
    /// <returns>In [0, 1]; NaN if there are no rows.</returns>
    public static double Brier(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        Check(scores, labels);
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            var error = scores[i] - (labels[i] ? 1.0 : 0.0);
            sum += error * error;
        }

        return sum / scores.Length;
    }

    private static void Check(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException($"{scores.Length} scores do not fit {labels.Length} labels.", nameof(labels));
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] is not (>= 0 and <= 1))
                throw new ArgumentException($"The score of row {i} is {scores[i]}; a probability is in [0, 1].", nameof(scores));
        }
    }
}
