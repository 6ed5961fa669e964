using Vigil.Core.Features;
using Vigil.Storage;

namespace Vigil.Cli.Host;

/// <summary>What was known of a stored transaction at a time: a label counts from the moment it became known.</summary>
internal static class KnownLabel
{
    /// <param name="rows">At the transaction.</param>
    /// <param name="features">Says after which delay what the sender knew counts.</param>
    /// <param name="now">Microseconds.</param>
    public static bool? Of(DecisionCursor rows, FeatureSet features, long now) =>
        (rows.LabelObservedAt is { } observed ? observed <= now : rows.Time + features.LabelDelay <= now) ? rows.IsFraud : null;
}
