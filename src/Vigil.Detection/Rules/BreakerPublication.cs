using System.Globalization;
using Vigil.Core.Rules;
using Vigil.Storage.Rules;

namespace Vigil.Detection.Rules;

/// <summary>Publishes what the circuit breaker does: a version in which something is in shadow. It needs no second person.</summary>
internal static class BreakerPublication
{
    /// <summary>Who publishes, in the audit trail.</summary>
    public const string Author = "circuit breaker";

    private const int MaxAttempts = 8;

    /// <summary>Publishes the rules that decide with what tripped in shadow.</summary>
    /// <param name="store">The versions.</param>
    /// <param name="rules">What decides.</param>
    /// <param name="trip">What tripped.</param>
    /// <param name="now">Processing time, µs.</param>
    /// <returns>
    /// The version; null where another one is in force than decides. Then that one is published with the same in shadow,
    /// unless somebody has thought of it already.
    /// </returns>
    public static string? Publish(RuleSetStore store, RuleSet rules, in BreakerTrip trip, long now)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var inForce = store.InForce();
            var isOurs = inForce is null || Text(inForce.Set.Version) == rules.Version;
            var current = isOurs ? rules : RuleSetJson.Parse(inForce!.Set.Content, Text(inForce.Set.Version));
            if (!isOurs && !Blocks(current, trip.Rule))
                return null;
            var next = current.InShadow("", trip.Rule);
            var result = store.Publish(
                new NewRuleSet(next.Name, next.Content, next.Hash, trip.Reason, inForce?.Set.Version), RuleApproval.None, Author, now);
            if (result.Kind == RuleChangeKind.Done)
                return isOurs ? Text(result.Set!.Version) : null;
        }

        return null;
    }

    private static bool Blocks(RuleSet rules, string? rule) => rule is null
        ? rules.Model.State == RuleState.Active
        : rules.Rules.Any(r => r.Name == rule && r is { Action: RuleAction.Block, State: RuleState.Active });

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
