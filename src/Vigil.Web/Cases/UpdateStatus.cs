using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;
using Vigil.Web.Caching;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Cases;

/// <summary>A change of a case.</summary>
/// <param name="NewStatus">The status to set. FRAUD and DISMISSED are verdicts that the models learn from.</param>
internal sealed record StatusChange(CaseStatus NewStatus);

/// <summary>A change that was made.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="NewStatus">Its status now.</param>
/// <param name="Message">The same in words.</param>
internal sealed record StatusChanged(string TransactionId, CaseStatus NewStatus, string Message);

/// <summary>Sets the status of a case; the store appends to the audit trail, and a verdict becomes a label.</summary>
internal static partial class UpdateStatus
{
    public static void Map(
        IEndpointRouteBuilder api, CaseStore cases, AnomalyCache? cache, TimeProvider time, ILogger logger) =>
        api.MapPut("/anomalies/{transaction_id}", (PathId id, HttpContext context) =>
                HandleAsync(id.Value, context, cases, cache, time, logger))
            .RequireAuthorization(Access.Work)
            .WithTags("Cases").WithName("update-anomaly").WithSummary("Change the status of a transaction")
            .WithDescription(
                "Works for any decided transaction, flagged or not. FRAUD and DISMISSED are verdicts: they become "
                + "labels, known from now on. Every change is in the audit trail under the name of the key.")
            .Accepts<StatusChange>("application/json")
            .Produces<StatusChanged>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge,
                ProblemKind.UnsupportedMediaType, ProblemKind.InvalidField);

    public static FieldError UnknownStatus(string field) =>
        new(field, $"is none of {string.Join(", ", CaseStatusText.All)}");

    private static async Task<IResult> HandleAsync(
        string id, HttpContext context, CaseStore cases, AnomalyCache? cache, TimeProvider time, ILogger logger)
    {
        if (!context.Request.HasJsonContentType())
            return new ProblemResult(ProblemKind.UnsupportedMediaType, "Send the change as application/json.");
        var body = await Body.ReadAsync(context, TransactionJson.MaxLength);
        if (body.Problem is not null)
            return body.Problem;
        if (NewStatus(body.Bytes.Span, out var status) is { } problem)
            return problem;

        var now = Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
        var actor = Access.Actor(context);
        if (cases.UpdateStatus(id, status, actor, now) is not { } update)
            return new ProblemResult(ProblemKind.NotFound, "No transaction has this id.");
        if (cache is not null)
            await cache.ChangedAsync();
        var text = CaseStatusText.Of(status);
        StatusUpdated(logger, id, update.Before is { } before ? CaseStatusText.Of(before) : "", text, actor);
        return TypedResults.Json(
            new StatusChanged(id, status, $"Transaction status updated to {text}"), ApiJson.Default.StatusChanged);
    }

    private static ProblemResult? NewStatus(ReadOnlySpan<byte> utf8, out CaseStatus status)
    {
        status = default;
        var reader = new Utf8JsonReader(utf8);
        try
        {
            if (!JsonElement.TryParseValue(ref reader, out var document) || reader.Read()
                || document.Value.ValueKind != JsonValueKind.Object)
                return new ProblemResult(ProblemKind.MalformedRequest, "The body is not one JSON object.");
            return document.Value.TryGetProperty("new_status"u8, out var value)
                && value.ValueKind == JsonValueKind.String && CaseStatusText.TryParse(value.GetString(), out status)
                ? null : ProblemResult.Invalid(UnknownStatus("new_status"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's answer to invalid UTF-8 inside a text.
            return new ProblemResult(ProblemKind.MalformedRequest, "The body is not valid JSON in UTF-8.");
        }
    }

#pragma warning disable SYSLIB1015 // The guide's audit commands search for this very message: the rest is in the entry's fields.
    [LoggerMessage(EventId = 3010, Level = LogLevel.Information, Message = "Transaction status updated")]
    private static partial void StatusUpdated(
        ILogger logger, string transactionId, string oldStatus, string newStatus, string actor);
#pragma warning restore SYSLIB1015
}
