using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Storage;

namespace Vigil.Cli.Host;

/// <summary>What was known of a stored transaction at a time: a label counts from the moment it became known.</summary>
internal static class KnownLabel
{
    /// <summary>
    /// How many payments the label speaks for (<see cref="ControlGroup.WeightOf"/>); where it speaks for none, it is not known.
    /// </summary>
    public static double Weight(DecisionCursor rows) => ControlGroup.WeightOf(rows.Outcome, rows.Propensity) is > 0 and var weight ? weight : 1;

    /// <param name="rows">At the transaction.</param>
    /// <param name="features">Says after which delay what the sender knew counts.</param>
    /// <param name="now">Microseconds.</param>
    public static bool? Of(DecisionCursor rows, FeatureSet features, long now) =>
        ControlGroup.WeightOf(rows.Outcome, rows.Propensity) > 0
        && (rows.LabelObservedAt is { } observed ? observed <= now : rows.Time + features.LabelDelay <= now) ? rows.IsFraud : null;
}
