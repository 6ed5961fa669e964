using Vigil.Core.Decisions;
using Vigil.Training.Reference;

namespace Vigil.Training.Learning;

/// <summary>Thresholds as the shares of payments that they let through, which another model is to keep.</summary>
/// <param name="Thresholds">Of the former model.</param>
/// <param name="Scores">Of its reference.</param>
/// <param name="From">What messages call the former model, such as <c>version 3</c>.</param>
public sealed record CarriedThresholds(Thresholds Thresholds, ScoreDistribution Scores, string From)
{
    /// <summary>Thresholds of another model that let through the same shares. One that lets nothing through stays so.</summary>
    /// <param name="scores">Of the other model's reference.</param>
    public Thresholds To(ScoreDistribution scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var review = Carry(Thresholds.Review);
        return new Thresholds(review, Math.Max(review, Carry(Thresholds.Block)));

        double Carry(double threshold) => threshold > 1 ? threshold : scores.ScoreOf(Scores.ShareFrom(threshold));
    }
}
