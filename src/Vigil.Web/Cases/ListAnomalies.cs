using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Cases;
using Vigil.Web.Problems;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Cases;

/// <summary>Flagged transactions, the most suspicious first.</summary>
/// <param name="Data">One page of them.</param>
/// <param name="Count">How many are on this page.</param>
internal sealed record AnomalyPage(IReadOnlyList<Anomaly> Data, int Count);

/// <summary>Lists flagged transactions.</summary>
internal static class ListAnomalies
{
    public static void Map(IEndpointRouteBuilder api, CaseStore cases, RuleCatalog rules) =>
        api.MapGet("/anomalies", (
                [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "offset")] string? offset,
                [FromQuery(Name = "min_score")] string? minScore, [FromQuery(Name = "status")] string? status) =>
                Handle(cases, rules, limit, offset, minScore, status))
            .RequireAuthorization(Access.Work)
            .WithTags("Cases").WithName("list-anomalies").WithSummary("List flagged transactions")
            .WithDescription(
                "Transactions that were sent to review or blocked, by score descending; those that a rule flagged "
                + "without a score come last. Page with `offset`; a page shorter than `limit` is the last.")
            .Produces<AnomalyPage>()
            .Answers(ProblemKind.InvalidField);

    // The parameters come as text, so that a wrong one is answered like any other invalid field.
    private static IResult Handle(
        CaseStore cases, RuleCatalog rules, string? limit, string? offset, string? minScore, string? status)
    {
        var errors = new List<FieldError>();
        var query = new AnomalyQuery();
        if (limit is not null)
        {
            if (Whole(limit, out var value) && value is >= 1 and <= AnomalyQuery.MaxLimit)
                query = query with { Limit = value };
            else
                errors.Add(new FieldError("limit", $"is not a whole number from 1 to {AnomalyQuery.MaxLimit}"));
        }

        if (offset is not null)
        {
            if (Whole(offset, out var value))
                query = query with { Offset = value };
            else
                errors.Add(new FieldError("offset", $"is not a whole number from 0 to {int.MaxValue}"));
        }

        if (minScore is not null)
        {
            const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (double.TryParse(minScore, Style, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1)
                query = query with { MinScore = value };
            else
                errors.Add(new FieldError("min_score", "is not a number from 0 to 1"));
        }

        if (status is not null)
        {
            if (CaseStatusText.TryParse(status, out var value))
                query = query with { Status = value };
            else
                errors.Add(UpdateStatus.UnknownStatus("status"));
        }

        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var rows = cases.Anomalies(query);
        return TypedResults.Json(new AnomalyPage([.. rows.Select(row => Anomaly.Of(row, rules))], rows.Count), ApiJson.Default.AnomalyPage);
    }

    private static bool Whole(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
