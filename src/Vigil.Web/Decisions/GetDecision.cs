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
    public static void Map(IEndpointRouteBuilder api, DecisionReader decisions)
    {
        Map(api, "/transactions/{transaction_id}", decisions, "No transaction has this id.")
            .WithName("get-decision").WithSummary("Read a decision")
            .WithDescription("The whole decision: outcome, score, reasons, the feature values it was based on, versions.");
        Map(api, "/decisions/{transaction_id}", decisions, "There is no decision about a transaction with this id, or not yet.")
            .WithName("get-late-decision").WithSummary("Read a decision that was late")
            .WithDescription(
                "The same decision, where an answer 202 says that it will be found. 404 until the transaction is decided.");
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder api, string path, DecisionReader decisions, string otherwise) =>
        api.MapGet(path, (PathId id) =>
                decisions.Find(id.Value) is { } document
                    ? TypedResults.Json(document, ApiJson.Default.DecisionDocument)
                    : (IResult)new ProblemResult(ProblemKind.NotFound, otherwise))
            .RequireAuthorization(Access.Read)
            .WithTags("Decisions")
            .Produces<DecisionDocument>()
            .Answers(ProblemKind.NotFound);
}
