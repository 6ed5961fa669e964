using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Cases;
using Vigil.Web.Caching;
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
    /// <summary>Says what the cache had: hit, miss, or bypass where it was not asked or did not answer.</summary>
    public const string CacheHeader = "X-Cache";

    /// <param name="api">Where.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="rules">Names their rules.</param>
    /// <param name="cache">Keeps answers; null where there is none.</param>
    public static void Map(IEndpointRouteBuilder api, CaseStore cases, RuleCatalog rules, AnomalyCache? cache) =>
        api.MapGet("/anomalies", (
                HttpContext context, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "offset")] string? offset,
                [FromQuery(Name = "min_score")] string? minScore, [FromQuery(Name = "status")] string? status) =>
                HandleAsync(context, cases, rules, cache, limit, offset, minScore, status))
            .RequireAuthorization(Access.Work)
            .WithTags("Cases").WithName("list-anomalies").WithSummary("List flagged transactions")
            .WithDescription(
                "Transactions that were sent to review or blocked, by score descending; those that a rule flagged "
                + "without a score come last. Page with `offset`; a page shorter than `limit` is the last.")
            .Produces<AnomalyPage>()
            .Answers(ProblemKind.InvalidField);

    // The parameters come as text, so that a wrong one is answered like any other invalid field.
    private static async Task<IResult> HandleAsync(
        HttpContext context, CaseStore cases, RuleCatalog rules, AnomalyCache? cache,
        string? limit, string? offset, string? minScore, string? status)
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
        if (cache is null)
            return TypedResults.Json(Page(cases, rules, query), ApiJson.Default.AnomalyPage);
        return TypedResults.Bytes(await CachedAsync(context, cases, rules, cache, query), "application/json; charset=utf-8");
    }

    private static async Task<ReadOnlyMemory<byte>> CachedAsync(
        HttpContext context, CaseStore cases, RuleCatalog rules, AnomalyCache cache, AnomalyQuery query)
    {
        // Whoever has the same role sees the same.
        var permissions = string.Join(',', context.User.FindAll(ClaimTypes.Role).Select(role => role.Value).Order(StringComparer.Ordinal));
        var lookup = await cache.FindAsync(permissions, query);
        context.Response.Headers[CacheHeader] = CacheLookup.Name(lookup.Result);
        if (lookup.Result == CacheResult.Hit)
            return lookup.Answer;
        var answer = JsonSerializer.SerializeToUtf8Bytes(Page(cases, rules, query), ApiJson.Default.AnomalyPage);
        cache.Keep(lookup, answer);
        return answer;
    }

    private static AnomalyPage Page(CaseStore cases, RuleCatalog rules, AnomalyQuery query)
    {
        var rows = cases.Anomalies(query);
        return new AnomalyPage([.. rows.Select(row => Anomaly.Of(row, rules))], rows.Count);
    }

    private static bool Whole(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
