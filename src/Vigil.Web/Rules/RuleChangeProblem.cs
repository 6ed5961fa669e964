using Vigil.Storage.Rules;
using Vigil.Web.Problems;

namespace Vigil.Web.Rules;

/// <summary>Why a change of the rules was not made.</summary>
internal static class RuleChangeProblem
{
    public static ProblemResult Of(RuleChangeResult change) => change.Kind switch
    {
        RuleChangeKind.NotFound => new ProblemResult(ProblemKind.NotFound, "There is no such version of the rules."),
        RuleChangeKind.OwnProposal => new ProblemResult(
            ProblemKind.Forbidden, $"{change.Set!.Author} submitted version {change.Set.Version}, so somebody else has to approve it."),
        RuleChangeKind.NotPending => new ProblemResult(
            ProblemKind.Conflict, $"Version {change.Set!.Version} is {State(change.Set)}: it does not wait for anybody."),
        RuleChangeKind.NeverInForce => new ProblemResult(
            ProblemKind.Conflict,
            $"Version {change.Set!.Version} is {State(change.Set)} and was never in force: a rollback names one that was."),
        RuleChangeKind.AlreadyInForce => new ProblemResult(
            ProblemKind.Conflict, $"Version {change.InForce} is in force already."),
        _ => new ProblemResult(
            ProblemKind.Conflict,
            $"Version {change.InForce} came into force meanwhile, and this would undo it: look at its difference "
            + "(GET /api/v1/rules/diff), edit that version and submit it anew."),
    };

    private static string State(StoredRuleSet set) => set.State.ToString().ToLowerInvariant();
}
