using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vigil.Web.Problems;

/// <summary>Declares the problems of endpoints for the OpenAPI document.</summary>
internal static class ProblemDocumentation
{
    /// <summary>The problems that this endpoint answers with, besides those of every endpoint.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, params ReadOnlySpan<ProblemKind> kinds)
    {
        foreach (var kind in kinds)
            endpoint.Produces<Problem>(kind.Status, ProblemResult.ContentType);
        return endpoint;
    }
}
