using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>A rule set to publish.</summary>
/// <param name="RuleSet">The rule set.</param>
/// <param name="Note">What changes and why, for whoever reviews it or reads the history.</param>
/// <param name="BasedOn">
/// The version that it was edited from: where another one is in force by now, it is refused (409) rather than undoing what
/// others did. Optional.
/// </param>
/// <param name="Propose">Whether a second person is to approve it even where none has to.</param>
internal sealed record RulesToPublish(System.Text.Json.JsonElement RuleSet, string Note, int? BasedOn, bool Propose);

/// <summary>A change of the rules that was made.</summary>
/// <param name="Version">The version it is about.</param>
/// <param name="State">How far that has come.</param>
/// <param name="InForce">The version in force now.</param>
/// <param name="Message">The same in words.</param>
internal sealed record RulesChanged(int Version, RuleSetState State, int? InForce, string Message);

/// <summary>Publishes a rule set as a new version, or proposes it.</summary>
internal static class PublishRules
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapPost("/rules/versions", (HttpContext context, CancellationToken _) => HandleAsync(context, rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("publish-rules").WithSummary("Publish a rule set")
            .WithDescription(
                "201: it is in force, and every instance decides by it within two seconds. 202: it waits for a second "
                + "person, where the policy (`RULES_APPROVAL=required`) or `propose` asks for one. A version never changes; "
                + "the rule set is checked first, as by `/rules/check`.")
            .Accepts<RulesToPublish>("application/json")
            .Produces<RulesChanged>(StatusCodes.Status201Created)
            .Produces<RulesChanged>(StatusCodes.Status202Accepted)
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.Conflict, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField, ProblemKind.Unavailable);

    private static async Task<IResult> HandleAsync(HttpContext context, RuleServices rules)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleSetSource.MaxBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var note = body.Text("note", RuleServices.MaxNote, isRequired: true, errors) ?? "";
        var basedOn = body.Whole("based_on", 1, int.MaxValue, errors);
        var propose = body.Flag("propose", errors);
        body.RequireKnown(errors, "rule_set", "note", "based_on", "propose");
        var text = body.FindText("rule_set");
        if (text is null)
            errors.Add(new FieldError("rule_set", "is missing"));
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var (program, wrong) = rules.Source.Compile(text!, "", "rule_set.");
        if (program is null)
            return wrong!;

        var set = program.RuleSet;
        var change = rules.Store.Rules.Publish(
            new NewRuleSet(set.Name, set.Content, set.Hash, note, basedOn),
            propose ? RuleApproval.Required : rules.Approval, RuleServices.Actor(context), rules.Now);
        if (change.Kind != RuleChangeKind.Done)
            return RuleChangeProblem.Of(change);
        var stored = change.Set!;
        context.Response.Headers.Location =
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/rules/versions/{stored.Version}");
        return stored.State == RuleSetState.Pending
            ? TypedResults.Json(
                new RulesChanged(
                    stored.Version, stored.State, change.InForce, $"Version {stored.Version} waits for a second person to approve it."),
                ApiJson.Default.RulesChanged, statusCode: StatusCodes.Status202Accepted)
            : TypedResults.Json(
                new RulesChanged(stored.Version, stored.State, change.InForce, $"Version {stored.Version} is in force."),
                ApiJson.Default.RulesChanged, statusCode: StatusCodes.Status201Created);
    }
}
