using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>What differs between two versions.</summary>
/// <param name="From">The former.</param>
/// <param name="To">The later.</param>
/// <param name="Same">Whether they say the same.</param>
/// <param name="Rules">Rules that were added, removed or changed: in the order of the later, those removed last.</param>
/// <param name="Set">Changes of the set itself: its name, the model's part, points.</param>
/// <param name="Reordered">Whether rules of both stand in another order, which changes the order of reasons only.</param>
internal sealed record RulesDifference(
    int From, int To, bool Same, IReadOnlyList<RuleDifference> Rules, IReadOnlyList<ValueDifference> Set, bool Reordered);

/// <summary>What became of one rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Change">Whether it was added, removed or changed.</param>
/// <param name="Rule">Its text: the later one, or of one that was removed the former.</param>
/// <param name="State">Its state, as the text.</param>
/// <param name="Changes">What changed of it.</param>
internal sealed record RuleDifference(
    string Name, RuleDiffKind Change, string Rule, RuleState State, IReadOnlyList<ValueDifference> Changes);

/// <summary>Something that has another value than before.</summary>
/// <param name="What">Its name in the JSON of a rule set.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is.</param>
internal sealed record ValueDifference(string What, string Before, string After);

/// <summary>Compares two versions.</summary>
internal static class DiffRules
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapGet("/rules/diff", ([FromQuery(Name = "from")] string? from, [FromQuery(Name = "to")] string? to) =>
                Handle(rules, from, to))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("diff-rules").WithSummary("Compare two versions of the rules")
            .WithDescription("Rule by rule. Without `to`, with the version in force.")
            .Produces<RulesDifference>()
            .Answers(ProblemKind.NotFound, ProblemKind.InvalidField);

    private static IResult Handle(RuleServices rules, string? from, string? to)
    {
        var errors = new List<FieldError>();
        if (from is null)
            errors.Add(new FieldError("from", "is missing: it names a version"));
        var first = RuleServices.Whole(from, "from", 1, int.MaxValue, 0, errors);
        var second = RuleServices.Whole(to, "to", 1, int.MaxValue, rules.Store.Rules.VersionInForce() ?? 0, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var (before, noFirst) = rules.Source.Stored(first);
        var (after, noSecond) = rules.Source.Stored(second);
        if ((noFirst ?? noSecond) is { } problem)
            return problem;
        return TypedResults.Json(
            Compare(first, RuleSetJson.Parse(before!.Content, ""), second, RuleSetJson.Parse(after!.Content, "")),
            ApiJson.Default.RulesDifference);
    }

    private static RulesDifference Compare(int from, RuleSet before, int to, RuleSet after)
    {
        var difference = RuleSetDiff.Of(before, after);
        return new RulesDifference(
            from, to, difference.IsEmpty,
            [.. difference.Rules.Select(r => new RuleDifference(r.Name, r.Kind, r.Rule, r.State, Values(r.Changes)))],
            Values(difference.Set), difference.Reordered);
    }

    private static List<ValueDifference> Values(IReadOnlyList<ValueChange> changes) =>
        [.. changes.Select(change => new ValueDifference(change.What, change.Before, change.After))];
}
