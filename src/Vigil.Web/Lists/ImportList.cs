using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Vigil.Core.Transactions;
using Vigil.Storage.Lists;
using Vigil.Web.Problems;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Lists;

/// <summary>What became of an import.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="Added">Values that are new, or have another expiry or note than before.</param>
/// <param name="Unchanged">Values that were on the list already, just so.</param>
internal sealed record ListImported(long Lines, long Added, long Unchanged);

/// <summary>Puts a CSV file on a list, and gives a list as one.</summary>
internal static class ImportList
{
    /// <summary>Longest file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    private const string Csv = "text/csv";

    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        api.MapPost("/lists/{name}/import", (
                HttpContext context, string name, [FromQuery(Name = "expires_at")] string? expiresAt) =>
                ImportAsync(context, rules, name, expiresAt))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("import-list").WithSummary("Put a CSV file on a list")
            .WithDescription(
                "One value per line, and where wanted when it expires and a note; a header `value,expires_at,note` may name "
                + "the columns. At most 2,000,000 lines. All lines are checked before the first is stored: where one is at "
                + "fault, none is. The same file again changes nothing.")
            .Accepts<string>(Csv)
            .Produces<ListImported>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField);

        api.MapGet("/lists/{name}/export", (HttpContext context, string name) => ExportAsync(context, rules, name))
            .RequireAuthorization(Access.Rules)
            .WithTags("Lists").WithName("export-list").WithSummary("Get a list as a CSV file")
            .WithDescription("With a header; an import takes it back.")
            .Produces<string>(StatusCodes.Status200OK, Csv)
            .Answers(ProblemKind.NotFound);
    }

    private static async Task<IResult> ImportAsync(HttpContext context, RuleServices rules, string name, string? expiresAt)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase))
            return new ProblemResult(ProblemKind.UnsupportedMediaType, "Send the file as text/csv, in UTF-8.");
        if (context.Request.ContentLength > MaxBytes)
            return new ProblemResult(ProblemKind.TooLarge, $"The file is longer than {MaxBytes:N0} bytes.");
        long? expires = null;
        if (expiresAt is not null)
        {
            if (!Timestamp.TryParse(Encoding.UTF8.GetBytes(expiresAt), out var time, out var error))
                return ProblemResult.Invalid(new FieldError("expires_at", error));
            expires = time;
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBytes;
        var import = await rules.Store.Lists.ImportAsync(
            name, context.Request.Body, expires, RuleServices.Actor(context), rules.Now, null, context.RequestAborted);
        return import.Kind switch
        {
            ListChangeKind.InvalidValue => new ProblemResult(
                ProblemKind.InvalidField,
                $"Line {import.Errors[0].Line} {import.Errors[0].Reason}; nothing was stored.")
            {
                Errors = [.. import.Errors.Select(error => new FieldError("body", error.Reason) { Line = error.Line })],
            },
            ListChangeKind.Done or ListChangeKind.Unchanged => TypedResults.Json(
                new ListImported(import.Lines, import.Added, import.Unchanged), ApiJson.Default.ListImported),
            _ => ManageLists.NoList,
        };
    }

    private static async Task<IResult> ExportAsync(HttpContext context, RuleServices rules, string name)
    {
        if (rules.Store.Lists.Find(name) is not { IsReserved: false })
            return ManageLists.NoList;
        context.Response.ContentType = Csv + "; charset=utf-8";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        await writer.WriteLineAsync(ListCsvText.Header);
        foreach (var entry in rules.Store.Lists.Export(name, rules.Now))
            await writer.WriteLineAsync(ListCsvText.Line(entry));
        return TypedResults.Empty;
    }
}
