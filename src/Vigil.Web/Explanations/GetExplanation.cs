using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Explanations;

/// <summary>Explains one decision.</summary>
internal static partial class GetExplanation
{
    /// <param name="api">Where it is mapped.</param>
    /// <param name="explanations">Null where the host has no models to ask.</param>
    /// <param name="logger">Told why a model cannot be read: clients are not.</param>
    public static void Map(IEndpointRouteBuilder api, ExplanationReader? explanations, ILogger logger) =>
        api.MapGet("/transactions/{transaction_id}/explanation", IResult (HttpContext context) => Answer(explanations, PathId.Of(context, fromEnd: 1), logger))
            .RequireAuthorization(Access.Read)
            .WithName("get-explanation").WithSummary("Explain a decision")
            .WithDescription(
                "What each feature did to the score of a decision: exact Shapley values, computed from the vector that is stored "
                + "with the decision, by the version of the model that made it; each in words, beside what is usual for the account.")
            .WithTags("Decisions")
            .Produces<ExplanationDocument>()
            .Answers(ProblemKind.NotFound, ProblemKind.Unavailable);

    private static IResult Answer(ExplanationReader? explanations, string id, ILogger logger)
    {
        if (explanations is null)
            return new ProblemResult(ProblemKind.Unavailable, "This server has no models to explain decisions by.");
        try
        {
            return explanations.Find(id) is { } document
                ? TypedResults.Json(document, ApiJson.Default.ExplanationDocument)
                : new ProblemResult(ProblemKind.NotFound, "No transaction has this id.");
        }
        catch (InvalidDataException e)
        {
            Unexplained(logger, e.Message);
            return new ProblemResult(ProblemKind.Unavailable, "The model that made this decision cannot be read now; the server's log says why.");
        }
    }

    [LoggerMessage(EventId = 3060, Level = LogLevel.Warning, Message = "A decision cannot be explained: {Problem}")]
    private static partial void Unexplained(ILogger logger, string problem);
}
