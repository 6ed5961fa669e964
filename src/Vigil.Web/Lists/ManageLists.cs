using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Rules.Lists;
using Vigil.Storage.Lists;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Lists;

/// <summary>All lists.</summary>
/// <param name="Data">The lists, by name.</param>
/// <param name="Count">How many.</param>
internal sealed record ListsPage(IReadOnlyList<ListDocument> Data, int Count);

/// <summary>A list to make, or to describe anew.</summary>
/// <param name="Type">What its values are; it never changes.</param>
/// <param name="Description">What it is for.</param>
internal sealed record ListToPut(ListType Type, string? Description);

/// <summary>Shows and makes lists.</summary>
internal static class ManageLists
{
    private const int MaxDescription = 500;

    public static ProblemResult NoList { get; } = new(ProblemKind.NotFound, "There is no list of this name.");

    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        api.MapGet("/lists", () => All(rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("list-lists").WithSummary("List the lists")
            .WithDescription("With how many values are on each now.")
            .Produces<ListsPage>();

        api.MapGet("/lists/{name}", (string name) => rules.Store.Lists.Find(name) is { IsReserved: false } list
                ? TypedResults.Json(Document(rules, list), ApiJson.Default.ListDocument) : (IResult)NoList)
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("get-list").WithSummary("Show a list")
            .WithDescription("Without its entries.")
            .Produces<ListDocument>()
            .Answers(ProblemKind.NotFound);

        api.MapPut("/lists/{name}", (HttpContext context, string name) => PutAsync(context, rules, name))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("put-list").WithSummary("Make a list, or describe one anew")
            .WithDescription(
                "Names are a lower-case letter, then up to 63 lower-case letters, digits and underscores. A list is never "
                + "renamed or deleted and keeps its type: rules and decisions name it.")
            .Accepts<ListToPut>("application/json")
            .Produces<ListDocument>()
            .Produces<ListDocument>(StatusCodes.Status201Created)
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.Conflict, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField);
    }

    private static JsonHttpResult<ListsPage> All(RuleServices rules)
    {
        var lists = rules.Store.Lists.List().Where(list => !list.IsReserved).Select(list => Document(rules, list)).ToList();
        return TypedResults.Json(new ListsPage(lists, lists.Count), ApiJson.Default.ListsPage);
    }

    private static ListDocument Document(RuleServices rules, ListSummary list) =>
        ListDocument.Of(list, rules.Store.Lists.Count(list.Id, rules.Now));

    private static async Task<IResult> PutAsync(HttpContext context, RuleServices rules, string name)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleServices.MaxSmallBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var text = body.Text("type", MaxDescription, isRequired: true, errors);
        var type = ListType.Text;
        if (text is not null && !ListTypeText.TryParse(text, out type))
            errors.Add(new FieldError("type", $"is none of {string.Join(", ", ListTypeText.All)}"));
        var description = body.Text("description", MaxDescription, isRequired: false, errors);
        body.RequireKnown(errors, "type", "description");
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var isNew = rules.Store.Lists.Find(name) is null;
        var (kind, list) = rules.Store.Lists.Put(
            name, type, description ?? "", RuleServices.Actor(context), rules.Now);
        return kind switch
        {
            ListChangeKind.InvalidName => ProblemResult.Invalid(new FieldError(
                "name", "is no name of a list: a lower-case letter, then up to 63 lower-case letters, digits and underscores")),
            ListChangeKind.OtherType => new ProblemResult(
                ProblemKind.Conflict, $"The list is of type {ListTypeText.Of(list!.Type)}, which cannot change."),
            _ => TypedResults.Json(
                Document(rules, list!), ApiJson.Default.ListDocument,
                statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
        };
    }
}
