using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Transactions;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>A backtest to run.</summary>
/// <param name="RuleSet">The draft to try; or</param>
/// <param name="Version">the stored version to try.</param>
/// <param name="From">First event time of the period, ISO 8601; without it, everything.</param>
/// <param name="To">First event time after it; without it, everything.</param>
/// <param name="MatureDays">Age in days from which on a payment without a label counts as legitimate; 28 by default.</param>
/// <param name="Examples">Most examples to show of each kind, 0 to 100; 10 by default.</param>
internal sealed record BacktestToRun(
    JsonElement? RuleSet, int? Version, DateTime? From, DateTime? To, int? MatureDays, int? Examples);

/// <summary>A backtest, and its report once it is done.</summary>
/// <param name="Id">Names it.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Progress">Share of the work that is done, 0 to 1.</param>
/// <param name="Version">The version that is tried; null for a draft.</param>
/// <param name="From">First event time of the period; null for everything.</param>
/// <param name="To">First event time after it; null for everything.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="CreatedAt">When, in UTC.</param>
/// <param name="StartedAt">When it began to run.</param>
/// <param name="FinishedAt">When it was done, failed or cancelled.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record BacktestDocument(
    long Id, BacktestState State, double Progress, int? Version, DateTime? From, DateTime? To, string By,
    DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, string? Error)
{
    /// <summary>The report, once done; not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Report { get; init; }

    public static BacktestDocument Of(Backtest test) => new(
        test.Id, test.State, test.Progress, test.Request.Version, Time(test.Request.From, long.MinValue),
        Time(test.Request.To, long.MaxValue), test.Actor, Timestamp.ToDateTime(test.CreatedAt), Time(test.StartedAt),
        Time(test.FinishedAt), test.Error);

    public static BacktestDocument WithReport(Backtest test) =>
        Of(test) with { Report = test.Result is { } json ? JsonElement.Parse(json) : null };

    private static DateTime? Time(long? time, long? none = null) =>
        time is { } at && time != none ? Timestamp.ToDateTime(at) : null;
}

/// <summary>Backtests, the newest first.</summary>
/// <param name="Data">One page of them, without reports.</param>
/// <param name="Count">How many are on this page.</param>
internal sealed record BacktestPage(IReadOnlyList<BacktestDocument> Data, int Count);

/// <summary>Starts, shows and cancels backtests.</summary>
internal static class Backtests
{
    private const int MaxLimit = 1000;
    private const int MaxExamples = 100;
    private const int MaxMatureDays = 3650;

    public static void Map(IEndpointRouteBuilder api, RuleServices rules, BacktestRunner runner)
    {
        api.MapPost("/rules/backtests", (HttpContext context, CancellationToken _) => StartAsync(context, rules, runner))
            .RequireAuthorization(Access.Rules)
            .WithTags("Backtests").WithName("start-backtest").WithSummary("Start a backtest")
            .WithDescription(
                "Runs a draft or a stored version over a past period, as it would have run live, without touching what "
                + "decides. It is queued; ask for its progress by its id.")
            .Accepts<BacktestToRun>("application/json")
            .Produces<BacktestDocument>(StatusCodes.Status202Accepted)
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField, ProblemKind.Unavailable);

        api.MapGet("/rules/backtests", (
                [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "before")] string? before) =>
                List(rules, limit, before))
            .RequireAuthorization(Access.Rules)
            .WithTags("Backtests").WithName("list-backtests").WithSummary("List backtests")
            .WithDescription("The newest first, without their reports.")
            .Produces<BacktestPage>()
            .Answers(ProblemKind.InvalidField);

        api.MapGet("/rules/backtests/{id}", (string id) => Find(rules, id, out var test) ?? (IResult)Shown(test!))
            .RequireAuthorization(Access.Rules)
            .WithTags("Backtests").WithName("get-backtest").WithSummary("Show a backtest")
            .WithDescription("Its progress, and its report once it is done.")
            .Produces<BacktestDocument>()
            .Answers(ProblemKind.NotFound, ProblemKind.InvalidField);

        api.MapDelete("/rules/backtests/{id}", (HttpContext context, string id) => Cancel(context, rules, runner, id))
            .RequireAuthorization(Access.Rules)
            .WithTags("Backtests").WithName("cancel-backtest").WithSummary("Cancel a backtest")
            .WithDescription("One that waits or runs.")
            .Produces<BacktestDocument>()
            .Answers(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.InvalidField);
    }

    private static async Task<IResult> StartAsync(HttpContext context, RuleServices rules, BacktestRunner runner)
    {
        if (!runner.CanRun)
            return new ProblemResult(ProblemKind.Unavailable, "This instance runs no backtests.");
        var (body, problem) = await JsonBody.ReadAsync(context, RuleSetSource.MaxBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var version = body.Whole("version", 1, int.MaxValue, errors);
        var from = body.Time("from", isRequired: false, errors) ?? long.MinValue;
        var to = body.Time("to", isRequired: false, errors) ?? long.MaxValue;
        var mature = body.Whole("mature_days", 0, MaxMatureDays, errors);
        var examples = body.Whole("examples", 0, MaxExamples, errors) ?? 10;
        body.RequireKnown(errors, "rule_set", "version", "from", "to", "mature_days", "examples");
        var text = body.FindText("rule_set");
        if (text is null == version is null && errors.Count == 0)
            errors.Add(new FieldError("rule_set", "is to be given, or else version: one of the two"));
        if (from >= to)
            errors.Add(new FieldError("to", "is not after from"));
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var (content, wrong) = Content(rules, text, version);
        if (content is null)
            return wrong!;

        var maturity = mature is { } days ? days * Timestamp.Day : BacktestRequest.DefaultMaturity;
        var test = runner.Submit(
            new BacktestRequest(content, version, from, to, maturity, examples), RuleServices.Actor(context));
        if (test is null)
        {
            return new ProblemResult(ProblemKind.Unavailable, $"{BacktestRunner.MaxWaiting} backtests wait already.")
            {
                RetryAfter = TimeSpan.FromSeconds(30),
            };
        }

        context.Response.Headers.Location =
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/rules/backtests/{test.Id}");
        return TypedResults.Json(
            BacktestDocument.Of(test), ApiJson.Default.BacktestDocument, statusCode: StatusCodes.Status202Accepted);
    }

    private static (string? Content, ProblemResult? Problem) Content(RuleServices rules, string? text, int? version)
    {
        if (version is { } number)
        {
            var (set, unknown) = rules.Source.Stored(number);
            return set is null ? (null, unknown) : (set.Content, rules.Source.CompileStored(set)) switch
            {
                (_, { } broken) => (null, broken),
                var (content, _) => (content, null),
            };
        }

        var (program, wrong) = rules.Source.Compile(text!, "", "rule_set.");
        return (program?.RuleSet.Content, wrong);
    }

    private static IResult List(RuleServices rules, string? limit, string? before)
    {
        var errors = new List<FieldError>();
        var most = RuleServices.Whole(limit, "limit", 1, MaxLimit, 100, errors);
        var last = RuleServices.Whole(before, "before", 1, int.MaxValue, int.MaxValue, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var tests = rules.Store.Backtests.List(most, last);
        return TypedResults.Json(
            new BacktestPage([.. tests.Select(BacktestDocument.Of)], tests.Count), ApiJson.Default.BacktestPage);
    }

    private static IResult Cancel(HttpContext context, RuleServices rules, BacktestRunner runner, string id)
    {
        if (Find(rules, id, out var test) is { } problem)
            return problem;
        return runner.Cancel(test!.Id, RuleServices.Actor(context))
            ? Shown(rules.Store.Backtests.Find(test.Id)!)
            : new ProblemResult(ProblemKind.Conflict, "This backtest has ended already.");
    }

    private static ProblemResult? Find(RuleServices rules, string text, out Backtest? test)
    {
        test = null;
        var errors = new List<FieldError>();
        var id = RuleServices.Whole(text, "id", 1, int.MaxValue, 0, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        test = rules.Store.Backtests.Find(id);
        return test is null ? new ProblemResult(ProblemKind.NotFound, "There is no such backtest.") : null;
    }

    private static JsonHttpResult<BacktestDocument> Shown(Backtest test) =>
        TypedResults.Json(BacktestDocument.WithReport(test), ApiJson.Default.BacktestDocument);
}
