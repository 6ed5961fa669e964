using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;
using Vigil.Web.Rules;
using Vigil.Web.Security;

namespace Vigil.Web.Models;

/// <summary>Compares challengers with the models that decided.</summary>
internal sealed class CompareModels(CompareChallengers? compare, TimeProvider time) : IDisposable
{
    private const int UsualDays = 7;
    private const int MostDays = 92;
    private const int MostReviews = 1_000_000;

    // It reads a lot: one at a time, the others wait.
    private readonly SemaphoreSlim _turn = new(1);

    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/models/compare", (
                [FromQuery(Name = "from")] string? from, [FromQuery(Name = "to")] string? to,
                [FromQuery(Name = "reviews_per_day")] string? budget, CancellationToken cancel) => AnswerAsync(from, to, budget, cancel))
            .RequireAuthorization(Access.Work)
            .WithTags("Models").WithName("compare-models").WithSummary("Compare challengers with the model in charge")
            .WithDescription(
                "By the scores that were recorded with the decisions, of event times in [`from`, `to`): the last 7 days by default, "
                + "92 at most. At the review budget (`reviews_per_day`, by default what was flagged a day), how far they agree, "
                + "precision and recall as labels arrive, with ranges of 95%, and in words what can be told by now.")
            .Produces<ChallengerPage>()
            .Answers(ProblemKind.InvalidField, ProblemKind.Unavailable);

    public void Dispose() => _turn.Dispose();

    private async Task<IResult> AnswerAsync(string? from, string? to, string? budget, CancellationToken cancel)
    {
        if (compare is null)
            return new ProblemResult(ProblemKind.Unavailable, "This server does not compare models.");
        var errors = new List<FieldError>();
        var end = Time(to, "to", Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime), errors);
        var start = Time(from, "from", end - UsualDays * Timestamp.Day, errors);
        var reviews = budget is null ? (int?)null : RuleServices.Whole(budget, "reviews_per_day", 1, MostReviews, 1, errors);
        if (errors.Count == 0 && (start >= end || end - start > MostDays * Timestamp.Day))
            errors.Add(new FieldError("from", $"is not before `to`, or more than {MostDays} days before it"));
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        await _turn.WaitAsync(cancel);
        try
        {
            var data = await Task.Run(() => compare(start, end, reviews, cancel), cancel);
            return TypedResults.Json(
                new ChallengerPage(data, data.Count, Timestamp.ToDateTime(start), Timestamp.ToDateTime(end)), ApiJson.Default.ChallengerPage);
        }
        catch (InvalidDataException e)
        {
            return ProblemResult.Invalid(new FieldError("from", e.Message));
        }
        finally
        {
            _turn.Release();
        }
    }

    private static long Time(string? text, string name, long otherwise, List<FieldError> errors)
    {
        if (text is null)
            return otherwise;
        if (Timestamp.TryParse(Encoding.UTF8.GetBytes(text.Length == 10 ? text + "T00:00:00Z" : text), out var value, out _))
            return value;
        errors.Add(new FieldError(name, "is no day such as 2026-03-01 and no time such as 2026-03-01T12:00:00Z"));
        return otherwise;
    }
}
