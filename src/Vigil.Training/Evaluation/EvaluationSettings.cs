namespace Vigil.Training.Evaluation;

/// <summary>What the reviews of an evaluation are taken to be.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Cards that investigators look at per day, at least 1. Default 100, as in the Handbook.</summary>
    public int CardsPerDay { get; init; } = 100;

    /// <summary>Transactions that analysts review per day, at least 1. Default 100.</summary>
    public int ReviewsPerDay { get; init; } = 100;

    /// <summary>Cost of one review in cents, at least 0. Default 500: an assumption, to be set to one's own.</summary>
    public long ReviewCostCents { get; init; } = 500;
}
