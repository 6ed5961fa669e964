using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage.Lists;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>An entity for which a rule has no effect.</summary>
/// <param name="Entity">The field that names it, such as <c>account_id</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Until">First event time at which the rule has effect again, in UTC.</param>
/// <param name="Reason">Why.</param>
internal sealed record SnoozeDocument(string Entity, string Value, DateTime Until, string Reason);

/// <summary>The snoozes of a rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Data">Those that have not ended.</param>
/// <param name="Count">How many.</param>
internal sealed record SnoozePage(string Rule, IReadOnlyList<SnoozeDocument> Data, int Count);

/// <summary>Lets a rule have no effect for one entity until a date.</summary>
internal static class SnoozeRule
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules)
    {
        api.MapGet("/rules/{name}/snooze", (string name) => List(rules, name))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("list-snoozes").WithSummary("List a rule's snoozes")
            .WithDescription("Entities for which the rule has no effect now.")
            .Produces<SnoozePage>()
            .Answers(ProblemKind.NotFound);

        api.MapPost("/rules/{name}/snooze", (HttpContext context, string name) => AddAsync(context, rules, name))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("snooze-rule").WithSummary("Snooze a rule for one entity")
            .WithDescription(
                "Until a date, matches for this entity are recorded as shadowed and have no effect. The same entity again "
                + "changes the date. Holds over all versions that have a rule of this name.")
            .Accepts<SnoozeDocument>("application/json")
            .Produces<SnoozePage>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField);

        api.MapDelete("/rules/{name}/snooze", (
                HttpContext context, string name, [FromQuery(Name = "entity")] string? entity,
                [FromQuery(Name = "value")] string? value) => End(context, rules, name, entity, value))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("end-snooze").WithSummary("End a snooze")
            .WithDescription("Before its date.")
            .Produces<SnoozePage>()
            .Answers(ProblemKind.NotFound, ProblemKind.InvalidField);
    }

    private static IResult List(RuleServices rules, string name)
    {
        var snoozes = rules.Store.Rules.Snoozes(name, rules.Now);
        return snoozes.Count > 0 || IsRule(rules, name) ? Page(name, snoozes) : NoRule(name);
    }

    private static async Task<IResult> AddAsync(HttpContext context, RuleServices rules, string name)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleServices.MaxSmallBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var entity = body.Text("entity", Fields.MaxTextLength, isRequired: true, errors);
        var value = body.Text("value", Fields.MaxTextLength, isRequired: true, errors);
        var until = body.Time("until", isRequired: true, errors);
        var reason = body.Text("reason", ListStore.MaxNoteLength, isRequired: true, errors);
        body.RequireKnown(errors, "entity", "value", "until", "reason");
        Check(entity, value, errors);
        var now = rules.Now;
        if (until <= now)
            errors.Add(new FieldError("until", "is over already"));
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        if (!IsRule(rules, name))
            return NoRule(name);
        rules.Store.Rules.AddSnooze(
            new Snooze(name, entity!, value!, until!.Value, reason!), RuleServices.Actor(context), now);
        return Page(name, rules.Store.Rules.Snoozes(name, now));
    }

    private static IResult End(HttpContext context, RuleServices rules, string name, string? entity, string? value)
    {
        var errors = new List<FieldError>();
        if (entity is null)
            errors.Add(new FieldError("entity", "is missing"));
        if (value is null)
            errors.Add(new FieldError("value", "is missing"));
        Check(entity, value, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        return rules.Store.Rules.RemoveSnooze(name, entity!, value!, RuleServices.Actor(context), rules.Now)
            ? Page(name, rules.Store.Rules.Snoozes(name, rules.Now))
            : new ProblemResult(ProblemKind.NotFound, "This rule is not snoozed for this entity.");
    }

    private static void Check(string? entity, string? value, List<FieldError> errors)
    {
        if (entity is not null && !Fields.TryParse(entity, out _))
            errors.Add(new FieldError("entity", $"is none of {string.Join(", ", Fields.All)}"));
        if (value is not null && ListValueText.Normalize(ListType.Text, value, out _) is { } problem)
            errors.Add(new FieldError("value", problem));
    }

    private static bool IsRule(RuleServices rules, string name) =>
        rules.Store.Rules.InForce() is { } inForce
        && RuleSetJson.Parse(inForce.Set.Content, "").Rules.Any(rule => rule.Name == name);

    private static ProblemResult NoRule(string name) =>
        new(ProblemKind.NotFound, "The rules in force have no rule of this name.");

    private static JsonHttpResult<SnoozePage> Page(string name, IReadOnlyList<Snooze> snoozes) => TypedResults.Json(
        new SnoozePage(
            name,
            [.. snoozes.Select(s => new SnoozeDocument(s.Entity, s.Value, Timestamp.ToDateTime(s.Until), s.Reason))],
            snoozes.Count),
        ApiJson.Default.SnoozePage);
}
