using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Models;

/// <summary>Lists the versions of the model.</summary>
internal static class ListModels
{
    /// <param name="api">Where it is mapped.</param>
    /// <param name="models">What the registry said last, null before it has said anything; null where the host has no registry.</param>
    public static void Map(IEndpointRouteBuilder api, Func<ModelList?>? models) =>
        api.MapGet("/models", () => Answer(models))
            .RequireAuthorization(Access.Work)
            .WithTags("Models").WithName("list-models").WithSummary("List the versions of the model")
            .WithDescription(
                "The newest first: which is in charge and since when, which are scored beside it, what each learned from and how "
                + "good it was. As the registry said a few seconds ago: no request waits for it.")
            .Produces<ModelList>()
            .Answers(ProblemKind.Unavailable);

    private static IResult Answer(Func<ModelList?>? models) => models?.Invoke() is { } list
        ? TypedResults.Json(list, ApiJson.Default.ModelList)
        : new ProblemResult(ProblemKind.Unavailable, models is null
            ? "This server has no model registry." : "The model registry has not answered yet; the server's log says why.");
}
