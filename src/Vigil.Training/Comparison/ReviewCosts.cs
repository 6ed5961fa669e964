namespace Vigil.Training.Comparison;

/// <summary>What mistakes and reviews cost, in the unit of the amounts.</summary>
public sealed record ReviewCosts
{
    /// <summary>Cost of one review; at least 0. Default 5: an assumption, to be set to one's own.</summary>
    public double Review { get; init; } = 5;

    /// <summary>What a genuine payment costs that is blocked: the share of customers who leave, times what one is worth; at least 0. Default 50.</summary>
    public double LostCustomer { get; init; } = 50;

    /// <summary>Share of a fraud's amount that is lost where nobody stops it, in [0, 1]; default 1.</summary>
    public double AmountAtRisk { get; init; } = 1;

    /// <summary>Share of reviewed frauds that analysts recognise, in [0, 1]; default 1.</summary>
    public double ReviewRecall { get; init; } = 1;

    /// <summary>Reviews that analysts can do a day, above 0; null for as many as pay.</summary>
    public double? Capacity { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A cost is out of its range.</exception>
    public void Validate()
    {
        Check(Review >= 0 && double.IsFinite(Review), Review, nameof(Review));
        Check(LostCustomer >= 0 && double.IsFinite(LostCustomer), LostCustomer, nameof(LostCustomer));
        Check(AmountAtRisk is >= 0 and <= 1, AmountAtRisk, nameof(AmountAtRisk));
        Check(ReviewRecall is >= 0 and <= 1, ReviewRecall, nameof(ReviewRecall));
        Check(Capacity is null or > 0, Capacity, nameof(Capacity));
    }

    /// <summary>The costs by name.</summary>
    public IReadOnlyDictionary<string, double> ToDictionary()
    {
        var costs = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["review"] = Review,
            ["lost_customer"] = LostCustomer,
            ["amount_at_risk"] = AmountAtRisk,
            ["review_recall"] = ReviewRecall,
        };
        if (Capacity is { } capacity)
            costs["reviews_per_day"] = capacity;
        return costs;
    }

    private static void Check(bool holds, double? value, string name)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, "is out of its range");
    }
}
