using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>The rules in force.</summary>
/// <param name="Version">Their version.</param>
/// <param name="Name">Name of the set.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Since">From when on, in UTC.</param>
/// <param name="By">Who put it in force.</param>
/// <param name="Reason">Why.</param>
/// <param name="DecidingVersion">The version that this instance decides by: it follows within two seconds.</param>
/// <param name="ModelState">Whether the model's thresholds have effect, or it runs in shadow.</param>
/// <param name="Rules">The rules, in order.</param>
/// <param name="Windows">The windows that do not see the whole record yet, and since when they do; null where all do.</param>
/// <param name="Pending">Versions that wait for a second person.</param>
/// <param name="Approval">Whether publishing needs a second person.</param>
internal sealed record RulesReport(
    int Version, string Name, string Hash, DateTime Since, string By, string Reason, string? DecidingVersion,
    RuleState ModelState, IReadOnlyList<RuleDocument> Rules, JsonElement? Windows, IReadOnlyList<int> Pending, bool Approval);

/// <summary>Shows the rules in force.</summary>
internal static class GetRules
{
    public static ProblemResult None { get; } = new(ProblemKind.NotFound, "No rules are in force: publish some.");

    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapGet("/rules", () => Handle(rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("get-rules").WithSummary("Show the rules in force")
            .WithDescription(
                "Their version, since when, the state of each rule, which windows are still filling, and what waits for a "
                + "second person.")
            .Produces<RulesReport>()
            .Answers(ProblemKind.NotFound);

    private static IResult Handle(RuleServices rules)
    {
        if (rules.Store.Rules.InForce() is not { } inForce)
            return None;
        var set = RuleSetJson.Parse(inForce.Set.Content, "");
        var view = rules.Source.Engine;
        return TypedResults.Json(
            new RulesReport(
                inForce.Set.Version, inForce.Set.Name, inForce.Set.Hash, Timestamp.ToDateTime(inForce.Publication.At),
                inForce.Publication.Actor, inForce.Publication.Reason, view?.RulesVersion, set.Model.State,
                [.. set.Rules.Select(RuleDocument.Of)], Windows(view?.Windows),
                [.. rules.Store.Rules.Pending().Select(pending => pending.Version)],
                rules.Approval == Storage.Rules.RuleApproval.Required),
            ApiJson.Default.RulesReport);
    }

    private static JsonElement? Windows(string? json) => string.IsNullOrEmpty(json) ? null : JsonElement.Parse(json);
}
