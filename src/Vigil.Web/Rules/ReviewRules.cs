using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>What a second person says.</summary>
/// <param name="Note">Why; optional.</param>
internal sealed record RulesReview(string? Note);

/// <summary>Approves or rejects a version that waits for a second person.</summary>
internal static class ReviewRules
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        Endpoint("approve", (version, actor, note, now) => rules.Store.Rules.Approve(version, actor, note, now))
            .WithTags("Rules").WithName("approve-rules").WithSummary("Approve a version of the rules")
            .WithDescription(
                "Puts a pending version in force. Its author cannot, however the name of the key is spelled. Where another "
                + "version came into force since it was submitted, it is refused: to approve it would undo that one.");

        Endpoint("reject", (version, actor, note, now) => rules.Store.Rules.Reject(version, actor, note, now))
            .WithTags("Rules").WithName("reject-rules").WithSummary("Reject a version of the rules")
            .WithDescription("A pending version is never in force then. Authors may withdraw their own.");

        RouteHandlerBuilder Endpoint(string verb, Func<int, string, string, long, RuleChangeResult> review) =>
            api.MapPost($"/rules/versions/{{version}}/{verb}", (HttpContext context, string version) =>
                    HandleAsync(context, rules, version, review))
                .RequireAuthorization(Access.Rules)
                .Accepts<RulesReview>("application/json")
                .Produces<RulesChanged>()
                .Answers(
                    ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.TooLarge,
                    ProblemKind.UnsupportedMediaType, ProblemKind.InvalidField);
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context, RuleServices rules, string text, Func<int, string, string, long, RuleChangeResult> review)
    {
        var note = "";
        // Nothing needs to be said.
        if (context.Request.ContentLength is > 0 || context.Request.ContentType is not null)
        {
            var (body, problem) = await JsonBody.ReadAsync(context, RuleServices.MaxSmallBody);
            if (body is null)
                return problem!;
            var errors = new List<FieldError>();
            note = body.Text("note", RuleServices.MaxNote, isRequired: false, errors) ?? "";
            body.RequireKnown(errors, "note");
            if (errors.Count > 0)
                return ProblemResult.Invalid([.. errors]);
        }

        if (ListVersions.Find(rules, text, out var version) is { } unknown)
            return unknown;
        var change = review(version, RuleServices.Actor(context), note, rules.Now);
        return change.Kind == RuleChangeKind.Done
            ? TypedResults.Json(
                new RulesChanged(
                    version, change.Set!.State, change.InForce,
                    change.InForce == version ? $"Version {version} is in force." : $"Version {version} is rejected."),
                ApiJson.Default.RulesChanged)
            : RuleChangeProblem.Of(change);
    }
}
