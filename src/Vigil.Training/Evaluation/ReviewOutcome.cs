namespace Vigil.Training.Evaluation;

/// <summary>What analysts find who review, each day, the rows with the highest scores, up to a budget.</summary>
/// <param name="Reviewed">Rows reviewed, all days together.</param>
/// <param name="Caught">Frauds among them.</param>
/// <param name="Frauds">Frauds there were.</param>
/// <param name="CaughtCents">Sum of the amounts of the frauds caught.</param>
/// <param name="FraudCents">Sum of the amounts of all frauds.</param>
public readonly record struct ReviewOutcome(int Reviewed, int Caught, int Frauds, long CaughtCents, long FraudCents)
{
    /// <summary>Share of frauds among the rows reviewed, in [0, 1]; NaN if none was reviewed.</summary>
    public double Precision => Caught / (double)Reviewed;

    /// <summary>Share of the frauds that were caught, in [0, 1]; NaN if there was none.</summary>
    public double Recall => Caught / (double)Frauds;

    /// <summary>Reviews the best rows of every day.</summary>
    /// <param name="rows">Any order of days; of equal scores the earlier row is reviewed.</param>
    /// <param name="perDay">Reviews per day, at least 1; a day with fewer rows is reviewed whole.</param>
    public static ReviewOutcome At(ScoredRows rows, int perDay)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(perDay, 1);
        var outcome = new ReviewOutcome();
        var rank = 0;
        var previous = -1;
        foreach (var row in rows.ByDayAndRank())
        {
            rank = previous >= 0 && rows.Days[previous] == rows.Days[row] ? rank + 1 : 0;
            previous = row;
            var reviewed = rank < perDay;
            if (reviewed)
                outcome = outcome with { Reviewed = outcome.Reviewed + 1 };
            if (!rows.Labels[row])
                continue;
            outcome = outcome with { Frauds = outcome.Frauds + 1, FraudCents = outcome.FraudCents + rows.Cents[row] };
            if (reviewed)
                outcome = outcome with { Caught = outcome.Caught + 1, CaughtCents = outcome.CaughtCents + rows.Cents[row] };
        }

        return outcome;
    }

    /// <summary>
    /// Money saved: the whole amount of every fraud caught, less what the reviews cost. It takes for granted that a fraud
    /// that is caught is stopped and that one that is missed is lost; negative where reviewing costs more than it finds.
    /// </summary>
    /// <param name="reviewCostCents">Cost of one review, at least 0, in the unit of the amounts.</param>
    public long MoneySavedCents(long reviewCostCents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reviewCostCents);
        return CaughtCents - Reviewed * reviewCostCents;
    }
}
