using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>A rule set that can be published.</summary>
/// <param name="Valid">Always true: what is not is answered with a problem.</param>
/// <param name="Name">Name of the set.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Cost">Most that its rules can cost for one transaction, in units of about a comparison.</param>
/// <param name="MaxCost">Most that they may.</param>
/// <param name="FeatureSet">The feature set that they were checked against.</param>
/// <param name="Rules">What is known of each rule.</param>
internal sealed record RulesChecked(
    bool Valid, string Name, string Hash, long Cost, long MaxCost, string FeatureSet, IReadOnlyList<RuleChecked> Rules);

/// <summary>What is known of one rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Action">What a match asks for.</param>
/// <param name="State">Whether it is a draft, runs in shadow, or has effect.</param>
/// <param name="Cost">Most that it can cost.</param>
/// <param name="Facts">The fields, features and other facts that it reads.</param>
/// <param name="Windows">The windows that it reads.</param>
/// <param name="Lists">The lists that it looks into.</param>
internal sealed record RuleChecked(
    string Name, RuleAction Action, RuleState State, long Cost, IReadOnlyList<string> Facts, IReadOnlyList<string> Windows,
    IReadOnlyList<string> Lists);

/// <summary>Checks a rule set without publishing it.</summary>
internal static class CheckRules
{
    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapPost("/rules/check", (HttpContext context, CancellationToken _) => HandleAsync(context, rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("check-rules").WithSummary("Check a rule set")
            .WithDescription(
                "The body is the rule set itself, comments and trailing commas allowed. What is wrong is answered with its "
                + "line, its column, what was found, what was expected, and a suggestion. Nothing is stored.")
            .Produces<RulesChecked>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField, ProblemKind.Unavailable);

    private static async Task<IResult> HandleAsync(HttpContext context, RuleServices rules)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleSetSource.MaxBody);
        if (body is null)
            return problem!;
        var (program, wrong) = rules.Source.Compile(body.Source, "", "");
        return program is null ? wrong! : TypedResults.Json(Report(program), ApiJson.Default.RulesChecked);
    }

    private static RulesChecked Report(RuleProgram program) => new(
        true, program.RuleSet.Name, program.RuleSet.Hash, program.Cost, RuleProgram.MaxCost, program.FeatureSet.Name,
        [
            .. program.RuleSet.Rules.Select((rule, i) => new RuleChecked(
                rule.Name, rule.Action, rule.State, program.Summaries[i].Cost, program.Summaries[i].Facts,
                [.. program.Summaries[i].Aggregates.Select(AggregateText.Of)], program.Summaries[i].Lists)),
        ]);
}
