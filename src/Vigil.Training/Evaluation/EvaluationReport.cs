using System.Text.Json;

namespace Vigil.Training.Evaluation;

/// <summary>All metrics of one set of scored rows. A metric that is not defined for the rows (no fraud, say) is null.</summary>
public sealed record EvaluationReport
{
    public required EvaluationSettings Settings { get; init; }

    public required int Rows { get; init; }

    public required int Frauds { get; init; }

    public required int Days { get; init; }

    public required double? RocAuc { get; init; }

    public required double? AveragePrecision { get; init; }

    /// <summary>Null also where a score is not in [0, 1].</summary>
    public required double? LogLoss { get; init; }

    /// <summary>Null also where a score is not in [0, 1].</summary>
    public required double? Brier { get; init; }

    /// <summary><see cref="Evaluation.CardPrecision.TopK"/> at <see cref="EvaluationSettings.CardsPerDay"/>.</summary>
    public required double? CardPrecision { get; init; }

    /// <summary>At <see cref="EvaluationSettings.ReviewsPerDay"/>.</summary>
    public required double? PrecisionAtBudget { get; init; }

    /// <summary>At <see cref="EvaluationSettings.ReviewsPerDay"/>.</summary>
    public required double? RecallAtBudget { get; init; }

    /// <summary>Sum of the amounts of all frauds: the most that could be saved.</summary>
    public required long FraudCents { get; init; }

    /// <summary><see cref="ReviewOutcome.MoneySavedCents"/> at the budget and cost of the settings.</summary>
    public required long MoneySavedCents { get; init; }

    /// <summary>Computes every metric.</summary>
    /// <param name="rows">What was scored.</param>
    /// <param name="settings">Null for the defaults.</param>
    public static EvaluationReport Of(ScoredRows rows, EvaluationSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        settings ??= new();
        var review = ReviewOutcome.At(rows, settings.ReviewsPerDay);
        var cardPrecision = Evaluation.CardPrecision.PerDay(rows, settings.CardsPerDay);
        var probabilities = Array.TrueForAll(rows.Scores, s => s is >= 0 and <= 1);
        return new()
        {
            Settings = settings,
            Rows = rows.Count,
            Frauds = review.Frauds,
            Days = cardPrecision.Length,
            RocAuc = Defined(RankingMetrics.RocAuc(rows.Scores, rows.Labels)),
            AveragePrecision = Defined(RankingMetrics.AveragePrecision(rows.Scores, rows.Labels)),
            LogLoss = probabilities ? Defined(ProbabilityMetrics.LogLoss(rows.Scores, rows.Labels)) : null,
            Brier = probabilities ? Defined(ProbabilityMetrics.Brier(rows.Scores, rows.Labels)) : null,
            CardPrecision = Defined(cardPrecision.Sum() / cardPrecision.Length),
            PrecisionAtBudget = Defined(review.Precision),
            RecallAtBudget = Defined(review.Recall),
            FraudCents = review.FraudCents,
            MoneySavedCents = review.MoneySavedCents(settings.ReviewCostCents),
        };
    }

    /// <summary>The report as indented JSON with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.EvaluationReport);

    private static double? Defined(double value) => double.IsNaN(value) ? null : value;
}
