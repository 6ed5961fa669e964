using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>A version to go back to.</summary>
/// <param name="Version">One that was in force before.</param>
/// <param name="Reason">Why.</param>
internal sealed record RulesRollback(int Version, string Reason);

/// <summary>Puts an older version in force again.</summary>
internal static class RollbackRules
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapPost("/rules/rollback", (HttpContext context, CancellationToken _) => HandleAsync(context, rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("roll-back-rules").WithSummary("Put an older version in force again")
            .WithDescription(
                "Only one that has been in force: it was approved then, so no second person is needed. Its windows are "
                + "warm at once where it was the version before this one.")
            .Accepts<RulesRollback>("application/json")
            .Produces<RulesChanged>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.TooLarge,
                ProblemKind.UnsupportedMediaType, ProblemKind.InvalidField, ProblemKind.Unavailable);

    private static async Task<IResult> HandleAsync(HttpContext context, RuleServices rules)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleServices.MaxSmallBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var version = body.Whole("version", 1, int.MaxValue, errors);
        if (version is null && errors.Count == 0)
            errors.Add(new FieldError("version", "is missing"));
        var reason = body.Text("reason", RuleServices.MaxNote, isRequired: true, errors);
        body.RequireKnown(errors, "version", "reason");
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var (set, unknown) = rules.Source.Stored(version!.Value);
        if (set is null)
            return unknown!;
        // The features may have changed since it was in force: what cannot decide is refused here, not found out later.
        if (rules.Source.CompileStored(set) is { } broken)
            return broken;
        var change = rules.Store.Rules.Rollback(version.Value, RuleServices.Actor(context), reason!, rules.Now);
        return change.Kind == RuleChangeKind.Done
            ? TypedResults.Json(
                new RulesChanged(version.Value, change.Set!.State, change.InForce, $"Version {version} is in force again."),
                ApiJson.Default.RulesChanged)
            : RuleChangeProblem.Of(change);
    }
}
