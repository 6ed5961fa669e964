using System.Text.Json;
using Vigil.Core.Decisions;

namespace Vigil.Training.Comparison;

/// <summary>The thresholds that cost least on labelled payments which the model has not learned from.</summary>
/// <param name="Chosen">The thresholds; above 1 for never.</param>
/// <param name="At">What they do.</param>
/// <param name="BlocksPerDay">Payments that are blocked a day.</param>
/// <param name="BlockPrecision">Share of frauds among those; null where there are none.</param>
/// <param name="CostOfNothing">Cost a day where nothing is reviewed or blocked.</param>
/// <param name="Curve">Other review thresholds beside the same block threshold, or theirs where that is higher, from the highest.</param>
/// <param name="Rows">Labelled payments.</param>
/// <param name="Frauds">Frauds among them.</param>
/// <param name="Days">Days that they are of.</param>
public sealed record ThresholdPlan(
    Thresholds Chosen, CurvePoint At, double BlocksPerDay, double? BlockPrecision, double CostOfNothing, IReadOnlyList<CurvePoint> Curve,
    int Rows, int Frauds, double Days)
{
    private static readonly double[] CurveShares = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2];

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>
    /// Looks at every pair of thresholds: the cost of a pair is that of what lies below, between and above, each a sum
    /// over payments by score, so the best block threshold and the best review threshold below it are found in one pass.
    /// Reviews are of labelled payments alone, so a capacity is scaled to the days that they are of.
    /// </summary>
    /// <param name="rows">Rows with the scores of one model.</param>
    /// <param name="costs">What things cost.</param>
    /// <exception cref="ArgumentException">No row is labelled.</exception>
    public static ThresholdPlan Of(JudgedRows rows, ReviewCosts costs)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(costs);
        costs.Validate();
        var sums = new CostSums(rows, costs);
        var (block, review) = sums.Best(costs.Capacity is { } capacity ? capacity * rows.Days : double.PositiveInfinity);
        var curve = CurveShares.Select(share => sums.PlaceOf(Math.Round(share * sums.RowsOf(sums.Count)))).Where(end => end > 0 && end <= sums.Count)
            .Select(sums.EndOfTie).Distinct().Select(end => Point(sums, Math.Min(block, end), end, rows.Days)).ToList();
        return new ThresholdPlan(
            new Thresholds(sums.ThresholdOf(review), sums.ThresholdOf(block)), Point(sums, block, review, rows.Days), sums.RowsOf(block) / rows.Days,
            block == 0 ? null : sums.FraudsOf(block) / sums.RowsOf(block), sums.Cost(0, 0) / rows.Days, curve, sums.Count, rows.Frauds, rows.Days);
    }

    private static CurvePoint Point(CostSums sums, int block, int review, double days) => new(
        sums.ThresholdOf(review), sums.RowsOf(review) / sums.RowsOf(sums.Count), (sums.RowsOf(review) - sums.RowsOf(block)) / days,
        review == 0 ? null : sums.FraudsOf(review) / sums.RowsOf(review),
        sums.FraudsOf(sums.Count) == 0 ? null : sums.FraudsOf(review) / sums.FraudsOf(sums.Count), sums.Cost(block, review) / days);
}
