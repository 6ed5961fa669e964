using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Storage.Lists;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Lists;

/// <summary>Values on a list, by value.</summary>
/// <param name="Data">One page of them.</param>
/// <param name="Count">How many are on this page.</param>
/// <param name="Next">The <c>after</c> of the next page; null on the last.</param>
internal sealed record EntryPage(IReadOnlyList<EntryDocument> Data, int Count, string? Next);

/// <summary>A value to put on a list.</summary>
/// <param name="Value">The value.</param>
/// <param name="ExpiresAt">First event time at which it counts no more; never without it.</param>
/// <param name="Note">Why.</param>
internal sealed record EntryToAdd(string Value, DateTime? ExpiresAt, string? Note);

/// <summary>Shows the entries of a list, puts values on it and takes them off.</summary>
internal static class ListEntries
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        api.MapGet("/lists/{name}/entries", (
                string name, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "after")] string? after) =>
                Page(rules, name, limit, after))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("list-entries").WithSummary("List what is on a list")
            .WithDescription("By value; what has expired is left out. Page with `after`: the `next` of the page before.")
            .Produces<EntryPage>()
            .Answers(ProblemKind.NotFound, ProblemKind.InvalidField);

        api.MapPost("/lists/{name}/entries", (HttpContext context, string name) => AddAsync(context, rules, name))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("add-entry").WithSummary("Put a value on a list")
            .WithDescription(
                "201: it is there now. 200: it was there, just so. The same value again changes its expiry and note. "
                + "Decisions know it within two seconds.")
            .Accepts<EntryToAdd>("application/json")
            .Produces<EntryDocument>()
            .Produces<EntryDocument>(StatusCodes.Status201Created)
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField);

        api.MapGet("/lists/{name}/entries/{value}", (string name, PathId id) => Find(rules, name, id.Value))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("get-entry").WithSummary("Ask whether a value is on a list")
            .WithDescription("In any spelling. The range of an address is another value: it is not looked into.")
            .Produces<EntryDocument>()
            .Answers(ProblemKind.NotFound);

        api.MapDelete("/lists/{name}/entries/{value}", (HttpContext context, string name, PathId id) =>
                Remove(context, rules, name, id.Value))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("remove-entry").WithSummary("Take a value off a list")
            .WithDescription("In any spelling, percent-encoded: `10.0.0.0/8` is `10.0.0.0%2F8`.")
            .Produces(StatusCodes.Status204NoContent)
            .Answers(ProblemKind.NotFound);
    }

    private static IResult Page(RuleServices rules, string name, string? limit, string? after)
    {
        var errors = new List<FieldError>();
        var most = RuleServices.Whole(limit, "limit", 1, ListStore.MaxPage, 100, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        if (rules.Store.Lists.Entries(name, rules.Now, after, most) is not { } page)
            return ManageLists.NoList;
        return TypedResults.Json(
            new EntryPage([.. page.Entries.Select(EntryDocument.Of)], page.Entries.Count, page.Next), ApiJson.Default.EntryPage);
    }

    private static async Task<IResult> AddAsync(HttpContext context, RuleServices rules, string name)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleServices.MaxSmallBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var value = body.Text("value", ListValueText.MaxLength, isRequired: true, errors);
        var expires = body.Time("expires_at", isRequired: false, errors);
        var note = body.Text("note", ListStore.MaxNoteLength, isRequired: false, errors);
        body.RequireKnown(errors, "value", "expires_at", "note");
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var now = rules.Now;
        if (expires <= now)
            return ProblemResult.Invalid(new FieldError("expires_at", "is over already"));
        var (kind, wrong) = rules.Store.Lists.Add(
            name, new NewListEntry(value!, expires, string.IsNullOrEmpty(note) ? null : note), RuleServices.Actor(context), now);
        return kind switch
        {
            ListChangeKind.InvalidValue => ProblemResult.Invalid(new FieldError("value", wrong!)),
            ListChangeKind.Done or ListChangeKind.Unchanged => TypedResults.Json(
                EntryDocument.Of(rules.Store.Lists.FindEntry(name, value!, now)!), ApiJson.Default.EntryDocument,
                statusCode: kind == ListChangeKind.Done ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            _ => ManageLists.NoList,
        };
    }

    private static IResult Find(RuleServices rules, string name, string value)
    {
        if (rules.Store.Lists.Find(name) is null)
            return ManageLists.NoList;
        return rules.Store.Lists.FindEntry(name, value, rules.Now) is { } entry
            ? TypedResults.Json(EntryDocument.Of(entry), ApiJson.Default.EntryDocument) : NoEntry;
    }

    private static ProblemResult NoEntry { get; } = new(ProblemKind.NotFound, "This value is not on the list.");

    private static IResult Remove(HttpContext context, RuleServices rules, string name, string value)
    {
        if (rules.Store.Lists.Find(name) is not { IsReserved: false })
            return ManageLists.NoList;
        return rules.Store.Lists.Remove(name, value, RuleServices.Actor(context), rules.Now) == ListChangeKind.Done
            ? TypedResults.NoContent() : NoEntry;
    }
}
