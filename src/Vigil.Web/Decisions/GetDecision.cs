using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Decisions;

/// <summary>Shows one decision.</summary>
internal static class GetDecision
{
    public static void Map(IEndpointRouteBuilder api, DecisionReader decisions) =>
        api.MapGet("/transactions/{transaction_id}", (PathId id) =>
                decisions.Find(id.Value) is { } document
                    ? TypedResults.Json(document, ApiJson.Default.DecisionDocument)
                    : (IResult)new ProblemResult(ProblemKind.NotFound, "No transaction has this id."))
            .RequireAuthorization(Access.Read)
            .WithTags("Decisions").WithName("get-decision").WithSummary("Read a decision")
            .WithDescription("The whole decision: outcome, score, reasons, the feature values it was based on, versions.")
            .Produces<DecisionDocument>()
            .Answers(ProblemKind.NotFound);
}
