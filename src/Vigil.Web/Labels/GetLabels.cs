using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Transactions;
using Vigil.Storage.Labels;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Labels;

/// <summary>Shows what was said of a transaction, and when.</summary>
internal static class GetLabels
{
    public static void Map(IEndpointRouteBuilder api, LabelStore labels) =>
        api.MapGet("/transactions/{transaction_id}/labels", (HttpContext context) =>
                Handle(IdOf(context), labels))
            .RequireAuthorization(Access.Work)
            .WithTags("Labels").WithName("get-labels").WithSummary("Read the labels of a transaction")
            .WithDescription("All of them, in the order in which they were stored: each overrules those before it.")
            .Produces<LabelHistory>()
            .Answers(ProblemKind.NotFound);

    private static IResult Handle(string id, LabelStore labels) => labels.History(id) is { } history
        ? TypedResults.Json(
            new LabelHistory(id, history is [.., var last] ? last.IsFraud : null, [.. history.Select(Entry)]), ApiJson.Default.LabelHistory)
        : new ProblemResult(ProblemKind.NotFound, "No transaction has this id.");

    private static LabelEntry Entry(StoredLabel label) => new(
        label.Id, label.IsFraud, label.Source, Timestamp.ToDateTime(label.ObservedAt), Timestamp.ToDateTime(label.CreatedAt),
        label.Actor, label.Note);

    /// <summary>The segment before the last, as it was sent; see <see cref="Requests.PathId"/>.</summary>
    private static string IdOf(HttpContext context) => Requests.PathId.Of(context, fromEnd: 1);
}
