using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Vigil.Core.Transactions;
using Vigil.Storage.Labels;
using Vigil.Web.Caching;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Labels;

/// <summary>Takes labels: one, a list of them, or a file.</summary>
internal static class GiveLabels
{
    /// <summary>Longest JSON, in bytes.</summary>
    public const int MaxBody = 2 * 1024 * 1024;

    /// <summary>Longest file, in bytes.</summary>
    public const int MaxFile = 256 * 1024 * 1024;

    public const string Csv = "text/csv";

    public static void Map(IEndpointRouteBuilder api, LabelStore labels, AnomalyCache? cache, TimeProvider time) =>
        api.MapPost("/labels", (HttpContext context, CancellationToken cancel) => HandleAsync(context, labels, cache, time, cancel))
            .RequireAuthorization(Access.Work)
            .WithTags("Labels").WithName("give-labels").WithSummary("Say what transactions truly were")
            .WithDescription(
                "`application/json`: one label, or a list of at most 1,000. Of a list each has its own result, and those that "
                + "are refused do not stop the others; one alone is answered with a problem where it is refused: 404 where there "
                + "is no such transaction, 409 where the same source said the opposite of the same moment, 422 where a field is at fault.\n\n"
                + "`text/csv`: a file with a header: transaction_id, is_fraud (or label), and where wanted observed_at, source, note. "
                + "It is stored while it is read; lines at fault are left out and reported. An upload that was broken off is "
                + "sent again whole.\n\n"
                + "The same again changes nothing. Labels are appended, never changed: the last one of a transaction is the "
                + "truth, and what was decided before it does not change. The status of the case stays.")
            .Accepts<LabelToGive>("application/json", Csv)
            .Produces<LabelReport>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.TooLarge,
                ProblemKind.UnsupportedMediaType, ProblemKind.InvalidField);

    private static async Task<IResult> HandleAsync(
        HttpContext context, LabelStore labels, AnomalyCache? cache, TimeProvider time, CancellationToken cancel)
    {
        var actor = Access.Actor(context);
        if (!context.Request.HasJsonContentType() && !IsCsv(context.Request))
            return new ProblemResult(ProblemKind.UnsupportedMediaType, "Send labels as application/json, or a file as text/csv, in UTF-8.");
        try
        {
            return IsCsv(context.Request)
                ? await FileAsync(context, labels, actor, time, cancel)
                : await JsonAsync(context, labels, actor, time);
        }
        finally
        {
            if (cache is not null)
                await cache.ChangedAsync();
        }
    }

    private static bool IsCsv(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase);

    private static async Task<IResult> FileAsync(
        HttpContext context, LabelStore labels, string actor, TimeProvider time, CancellationToken cancel)
    {
        if (context.Request.ContentLength > MaxFile)
            return new ProblemResult(ProblemKind.TooLarge, $"The file is longer than {MaxFile:N0} bytes.");
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxFile;
        var import = await labels.ImportAsync(context.Request.Body, LabelSource.Csv, actor, time, null, cancel);
        // Without a header nothing is read at all.
        if (import is { Added: 0, Unchanged: 0, Refused: 1 } && import.Errors[0].Line == import.Lines && import.Errors[0].Reason.StartsWith("the header", StringComparison.Ordinal))
            return ProblemResult.Invalid(new FieldError("body", import.Errors[0].Reason) { Line = import.Errors[0].Line });
        return TypedResults.Json(
            new LabelReport(
                import.Added, import.Unchanged, import.Refused,
                [.. import.Errors.Select(e => new LabelOutcome(e.Kind) { Line = e.Line, Detail = e.Reason, TransactionId = e.TransactionId })]),
            ApiJson.Default.LabelReport);
    }

    private static async Task<IResult> JsonAsync(HttpContext context, LabelStore labels, string actor, TimeProvider time)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBody;
        var body = await Body.ReadAsync(context, MaxBody);
        if (body.Problem is not null)
            return body.Problem;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body.Bytes);
        }
        catch (JsonException e)
        {
            return new ProblemResult(ProblemKind.MalformedRequest, $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }

        using (document)
        {
            var now = Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
            var root = document.RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.Object => One(root, labels, actor, now),
                JsonValueKind.Array when root.GetArrayLength() <= LabelStore.MaxBatch => Many(root, labels, actor, now),
                JsonValueKind.Array => new ProblemResult(ProblemKind.TooLarge, $"The list has more than {LabelStore.MaxBatch:N0} labels: send them in parts, or as text/csv."),
                _ => new ProblemResult(ProblemKind.MalformedRequest, "The body is neither a label nor a list of labels."),
            };
        }
    }

    private static IResult One(JsonElement json, LabelStore labels, string actor, long now)
    {
        var errors = new List<FieldError>();
        if (LabelReader.Read(json, errors) is not { } label)
            return ProblemResult.Invalid([.. errors]);
        var result = labels.Add([label], actor, now)[0];
        return result.Kind switch
        {
            LabelKind.NotFound => new ProblemResult(ProblemKind.NotFound, "No transaction has this id."),
            LabelKind.Conflict => new ProblemResult(ProblemKind.Conflict, $"{result.Field} {result.Reason}."),
            LabelKind.Invalid => ProblemResult.Invalid(new FieldError(result.Field!, result.Reason!)),
            _ => TypedResults.Json(Report([LabelOutcome.Of(result)]), ApiJson.Default.LabelReport),
        };
    }

    private static JsonHttpResult<LabelReport> Many(JsonElement json, LabelStore labels, string actor, long now)
    {
        var outcomes = new LabelOutcome[json.GetArrayLength()];
        var read = new List<LabelToAdd>();
        var places = new List<int>();
        var place = 0;
        foreach (var item in json.EnumerateArray())
        {
            var errors = new List<FieldError>();
            if (LabelReader.Read(item, errors) is { } label)
            {
                read.Add(label);
                places.Add(place);
            }
            else
            {
                outcomes[place] = new LabelOutcome(LabelKind.Invalid) { Detail = string.Join("; ", errors.Select(e => $"{e.Field} {e.Reason}")) };
            }

            place++;
        }

        var results = labels.Add(read, actor, now);
        for (var i = 0; i < results.Count; i++)
            outcomes[places[i]] = LabelOutcome.Of(results[i]);
        return TypedResults.Json(Report([.. outcomes.Select((o, i) => o with { Index = i })]), ApiJson.Default.LabelReport);
    }

    private static LabelReport Report(IReadOnlyList<LabelOutcome> outcomes)
    {
        var (added, unchanged) = (outcomes.Count(o => o.Result == LabelKind.Added), outcomes.Count(o => o.Result == LabelKind.Unchanged));
        return new LabelReport(added, unchanged, outcomes.Count - added - unchanged, outcomes);
    }
}
