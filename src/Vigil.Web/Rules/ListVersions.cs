using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>Versions of the rules, the newest first.</summary>
/// <param name="Data">One page of them.</param>
/// <param name="Count">How many are on this page.</param>
/// <param name="Publications">What came into force and when, the newest first; as many as the page may have.</param>
internal sealed record RuleSetPage(
    IReadOnlyList<RuleSetDocument> Data, int Count, IReadOnlyList<PublicationDocument> Publications);

/// <summary>One moment at which a version came into force.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="By">Who published, approved or rolled back.</param>
/// <param name="Reason">Why.</param>
internal sealed record PublicationDocument(int Version, DateTime At, string By, string Reason);

/// <summary>Lists versions, and shows one.</summary>
internal static class ListVersions
{
    private const int MaxLimit = 1000;

    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        api.MapGet("/rules/versions", (
                [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "before")] string? before) =>
                List(rules, limit, before))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("list-rule-versions").WithSummary("List the versions of the rules")
            .WithDescription("The newest first, with what came into force when. Page with `before`: the smallest version seen.")
            .Produces<RuleSetPage>()
            .Answers(ProblemKind.InvalidField);

        api.MapGet("/rules/versions/{version}", (string version) => Show(rules, version))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("get-rule-version").WithSummary("Show one version of the rules")
            .WithDescription("With its content, which never changes.")
            .Produces<RuleSetDocument>()
            .Answers(ProblemKind.NotFound, ProblemKind.InvalidField);
    }

    /// <summary>Finds the version that a path names.</summary>
    public static ProblemResult? Find(RuleServices rules, string text, out int version)
    {
        var errors = new List<FieldError>();
        version = RuleServices.Whole(text, "version", 1, int.MaxValue, 0, errors);
        return errors.Count > 0 ? ProblemResult.Invalid([.. errors]) : rules.Source.Stored(version).Problem;
    }

    private static IResult Show(RuleServices rules, string text) => Find(rules, text, out var version) is { } problem
        ? problem
        : TypedResults.Json(
            RuleSetDocument.WithContent(rules.Store.Rules.Find(version)!, rules.Store.Rules.VersionInForce()),
            ApiJson.Default.RuleSetDocument);

    private static IResult List(RuleServices rules, string? limit, string? before)
    {
        var errors = new List<FieldError>();
        var most = RuleServices.Whole(limit, "limit", 1, MaxLimit, 100, errors);
        var last = RuleServices.Whole(before, "before", 1, int.MaxValue, int.MaxValue, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var inForce = rules.Store.Rules.VersionInForce();
        var sets = rules.Store.Rules.List(most, last);
        var publications = rules.Store.Rules.Publications(most)
            .Select(p => new PublicationDocument(p.Version, Timestamp.ToDateTime(p.At), p.Actor, p.Reason));
        return TypedResults.Json(
            new RuleSetPage([.. sets.Select(set => RuleSetDocument.Of(set, inForce))], sets.Count, [.. publications]),
            ApiJson.Default.RuleSetPage);
    }
}
