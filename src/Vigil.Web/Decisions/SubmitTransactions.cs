using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Decisions;

/// <summary>Decides one transaction, or a batch of them, now.</summary>
internal static class SubmitTransactions
{
    public static void Map(IEndpointRouteBuilder api, Submission submission, BatchSubmission batches) =>
        api.MapPost("/transactions", (HttpContext context, CancellationToken cancel) =>
                HandleAsync(context, submission, batches, cancel))
            .RequireAuthorization(Access.Submit)
            .WithTags("Decisions").WithName("submit-transactions").WithSummary("Decide a transaction, or a batch")
            .WithDescription(
                "`application/json`: one transaction of at most 65,536 bytes, decided now. It is stored before it is "
                + "answered. The same transaction again gets the first decision again (`Idempotent-Replayed: true`), so "
                + "retrying is safe; the same `transaction_id` with another content is a conflict.\n\n"
                + "`application/x-ndjson`: one transaction per line. The answer has one line for each, in the same order: "
                + "a decision, or a problem with its `line`. One bad line does not stop the others.\n\n"
                + "Who cannot wait states `deadline_ms`: past it the answer is 202, the transaction is decided all the same, "
                + "and `Location` is where the decision will be. With `fail_policy` the 202 has that outcome, and says so "
                + "(`fail_policy_used`). In a batch both are for each line.")
            .Produces<DecisionDocument>()
            .Produces<PendingDecision>(StatusCodes.Status202Accepted)
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.Conflict, ProblemKind.TooLarge,
                ProblemKind.UnsupportedMediaType, ProblemKind.InvalidField, ProblemKind.Unavailable);

    private static async Task<IResult> HandleAsync(
        HttpContext context, Submission submission, BatchSubmission batches, CancellationToken cancel)
    {
        if (DecisionTerms.Read(context.Request.Query, out var terms) is { } problem)
            return problem;
        switch (Content(context.Request.ContentType))
        {
            case ContentKind.One:
                return await OneAsync(context, submission, terms, cancel);
            case ContentKind.Batch:
                return await batches.AnswerAsync(context, terms);
            default:
                return new ProblemResult(
                    ProblemKind.UnsupportedMediaType,
                    "Send one transaction as application/json, or one per line as application/x-ndjson, in UTF-8.");
        }
    }

    private static async Task<IResult> OneAsync(
        HttpContext context, Submission submission, DecisionTerms terms, CancellationToken cancel)
    {
        var body = await Body.ReadAsync(context, TransactionJson.MaxLength);
        if (body.Problem is not null)
            return body.Problem;
        var answer = await submission.DecideAsync(body.Bytes, terms, cancel);
        if (answer.Pending is { } pending)
        {
            context.Response.Headers.Location = pending.Decision;
            context.Response.Headers.RetryAfter = Submission.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.Json(pending, ApiJson.Default.PendingDecision, statusCode: StatusCodes.Status202Accepted);
        }

        if (answer.Decision is not { } decision)
            return answer.Problem!;
        if (decision.Replayed == true)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        return TypedResults.Json(decision, ApiJson.Default.DecisionDocument);
    }

    private static ContentKind Content(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !(type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            return ContentKind.Unknown;
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return ContentKind.One;
        return type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase)
            ? ContentKind.Batch : ContentKind.Unknown;
    }

    private enum ContentKind
    {
        Unknown,
        One,
        Batch,
    }
}
