using System.Globalization;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Host.Rules;

/// <summary>Puts into words what became of a change to the rules.</summary>
internal static class RuleChanges
{
    /// <summary>Throws unless the change was made.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="version">The version that was named.</param>
    /// <exception cref="CommandException">It was not made.</exception>
    public static void Require(RuleChangeResult result, int version)
    {
        FormattableString? reason = result.Kind switch
        {
            RuleChangeKind.Done => null,
            RuleChangeKind.NotFound => $"there is no version {version}: vigil rules list shows those that there are",
            RuleChangeKind.NotPending => $"version {version} waits for nobody: it is {Lower(result.Set!.State)} already",
            RuleChangeKind.OwnProposal => $"version {version} is by {result.Set!.Author}: somebody else must approve it (--as names who you are)",
            RuleChangeKind.Stale when result.Set is null =>
                $"version {result.InForce} is in force, not {version}: look at vigil rules diff {version} {result.InForce}, take over what others changed, and publish again",
            RuleChangeKind.Stale =>
                $"version {result.InForce} came into force since version {version} was proposed, and to approve it now would undo that: publish it again",
            RuleChangeKind.NeverInForce => $"version {version} was never in force: publish its file instead (vigil rules show {version})",
            RuleChangeKind.AlreadyInForce => $"version {version} is in force",
            _ => throw new ArgumentOutOfRangeException(nameof(result), result.Kind, null),
        };
        if (reason is not null)
            throw new CommandException(reason.ToString(CultureInfo.InvariantCulture));
    }

    private static string Lower(RuleSetState state) => state.ToString().ToLowerInvariant();
}
