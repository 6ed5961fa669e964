using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;
using Vigil.Web.Requests;
using Vigil.Web.Security;

namespace Vigil.Web.Rules;

/// <summary>Rules to try on a transaction.</summary>
/// <param name="RuleSet">The draft to try; or</param>
/// <param name="Version">the stored version to try; without either, the one in force.</param>
/// <param name="Transactions">The history in the order of acceptance, and last the transaction that is tried; 1 to 10,000.</param>
internal sealed record RulesToTest(JsonElement? RuleSet, int? Version, IReadOnlyList<JsonElement> Transactions);

/// <summary>What rules make of a transaction.</summary>
/// <param name="TransactionId">The transaction that was tried.</param>
/// <param name="Outcome">What would be decided.</param>
/// <param name="Score">The model's score; null where no model could score.</param>
/// <param name="AlertReason">Why, in words; null for an allowed transaction.</param>
/// <param name="Tags">The words that matches gave.</param>
/// <param name="Points">What matches added to the score, in points of 0.01.</param>
/// <param name="Rules">By rule.</param>
internal sealed record RulesTested(
    string TransactionId, Outcome Outcome, float? Score, string? AlertReason, IReadOnlyList<string> Tags, int Points,
    IReadOnlyList<RuleTested> Rules);

/// <summary>What one rule makes of a transaction.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">What it does and when.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Facts">The values that it read; null is missing.</param>
internal sealed record RuleTested(string Name, string Rule, RuleTestResult Result, IReadOnlyDictionary<string, JsonElement?> Facts);

/// <summary>What became of a rule.</summary>
internal enum RuleTestResult
{
    /// <summary>It matched and has effect.</summary>
    Matched,

    /// <summary>It matched without effect.</summary>
    Shadowed,

    /// <summary>Something that it needs is missing, or failed.</summary>
    Missing,

    /// <summary>It did not match.</summary>
    NotMatched,

    /// <summary>A draft, or expired.</summary>
    NotEvaluated,
}

/// <summary>Tries rules on transactions, by the engine that decides, with a memory of its own.</summary>
internal static class TestRules
{
    private const int MaxTransactions = 10_000;

    public static void Map(IEndpointRouteBuilder api, RuleServices rules) =>
        api.MapPost("/rules/test", (HttpContext context, CancellationToken _) => HandleAsync(context, rules))
            .RequireAuthorization(Access.Rules)
            .WithTags("Rules").WithName("test-rules").WithSummary("Try rules on example transactions")
            .WithDescription(
                "The transactions before the last are its history: windows hold them and nothing else. The model and the "
                + "lists are those of now. Says for each rule whether it matches, and the values that it read. Nothing is "
                + "stored, and what decides is not touched.")
            .Accepts<RulesToTest>("application/json")
            .Produces<RulesTested>()
            .Answers(
                ProblemKind.MalformedRequest, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType,
                ProblemKind.InvalidField, ProblemKind.Unavailable);

    private static async Task<IResult> HandleAsync(HttpContext context, RuleServices rules)
    {
        var (body, problem) = await JsonBody.ReadAsync(context, RuleSetSource.MaxBody);
        if (body is null)
            return problem!;
        var errors = new List<FieldError>();
        var version = body.Whole("version", 1, int.MaxValue, errors);
        body.RequireKnown(errors, "rule_set", "version", "transactions");
        var text = body.FindText("rule_set");
        if (text is not null && version is not null)
            errors.Add(new FieldError("version", "is given beside rule_set: one of the two"));
        var transactions = Transactions(body, errors);
        if (errors.Count > 0)
            return ProblemResult.Invalid([.. errors]);
        var prefix = text is null ? "" : "rule_set.";
        if (text is null)
        {
            if ((version ?? rules.Store.Rules.VersionInForce()) is not { } number)
                return GetRules.None;
            var (set, unknown) = rules.Source.Stored(number);
            if (set is null)
                return unknown!;
            text = set.Content;
        }

        var (program, wrong) = rules.Source.Compile(text, "", prefix);
        if (program is null || rules.Source.Engine is not { } view)
            return wrong ?? RuleSetSource.NotYet;
        return TypedResults.Json(new RuleTest(program, view, rules.Store).Run(transactions), ApiJson.Default.RulesTested);
    }

    private static List<Transaction> Transactions(JsonBody body, List<FieldError> errors)
    {
        var transactions = new List<Transaction>();
        if (body.Find("transactions") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MaxTransactions)
        {
            errors.Add(new FieldError("transactions", $"is no list of 1 to {MaxTransactions:N0} transactions"));
            return transactions;
        }

        foreach (var json in list.EnumerateArray())
        {
            var transaction = new Transaction();
            if (TransactionJson.TryDecode(Encoding.UTF8.GetBytes(json.GetRawText()), transaction, out var rejection))
            {
                transactions.Add(transaction);
                continue;
            }

            var field = rejection.Field.Length == 0 ? "" : $".{rejection.Field}";
            errors.Add(new FieldError($"transactions[{transactions.Count}]{field}", rejection.Reason));
            break;
        }

        return transactions;
    }
}
