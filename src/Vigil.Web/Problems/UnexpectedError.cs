using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vigil.Storage;

namespace Vigil.Web.Problems;

/// <summary>What a caller is told when a request fails in a way that no endpoint foresaw: nothing of its inside.</summary>
internal static partial class UnexpectedError
{
    public static Task AnswerAsync(HttpContext context, ILogger logger)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (error is BadHttpRequestException bad)
            return new ProblemResult(ProblemKind.Of(bad.StatusCode), bad.Message).ExecuteAsync(context);

        var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        if (error is StorageException { Failure: StorageFailure.Busy or StorageFailure.Full or StorageFailure.CannotOpen or StorageFailure.ReadOnly })
        {
            // No defect: what the database says is enough, and comes with every request while it is away.
            Unavailable(logger, context.Request.Method, error.Message, traceId);
            return new ProblemResult(ProblemKind.Unavailable, "The database does not take the request right now.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
                TraceId = traceId,
            }.ExecuteAsync(context);
        }

        // The route, not the path: ids are the caller's data.
        Failed(logger, context.Request.Method, traceId, error);
        return new ProblemResult(ProblemKind.InternalError, $"The request failed. Its log entry has trace id {traceId}.")
        {
            TraceId = traceId,
        }.ExecuteAsync(context);
    }

    /// <summary>Gives the server's own bare answers (404, 405, ...) a body.</summary>
    public static Task ExplainStatusAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var kind = ProblemKind.Of(context.Response.StatusCode);
        var detail = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this path. The API is described at /api/docs.",
            StatusCodes.Status405MethodNotAllowed => $"This path takes {context.Response.Headers.Allow}.",
            _ => kind.Title + ".",
        };
        return new ProblemResult(kind, detail).ExecuteAsync(context);
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Method} request failed, trace id {TraceId}")]
    private static partial void Failed(ILogger logger, string method, string traceId, Exception? exception);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "{Method} request refused: {Problem}; trace id {TraceId}")]
    private static partial void Unavailable(ILogger logger, string method, string problem, string traceId);
}
