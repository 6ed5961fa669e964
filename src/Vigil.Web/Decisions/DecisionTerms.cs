using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Core.Decisions;
using Vigil.Web.Problems;

namespace Vigil.Web.Decisions;

/// <summary>What a caller asks for besides a decision.</summary>
/// <param name="Deadline">How long it waits, 1 ms to 30 s; null where it does not say.</param>
/// <param name="FailPolicy">What it wants to be told where there is no decision by then; null for nothing.</param>
internal readonly record struct DecisionTerms(TimeSpan? Deadline, Outcome? FailPolicy)
{
    public const string DeadlineName = "deadline_ms";
    public const string FailPolicyName = "fail_policy";

    /// <summary>The longest wait: the patience of most proxies.</summary>
    public const int MaxDeadlineMilliseconds = 30_000;

    public static ImmutableArray<string> FailPolicies { get; } =
        [.. Enum.GetNames<Outcome>().Select(name => name.ToLowerInvariant())];

    /// <summary>Reads the query of a request.</summary>
    /// <param name="query">The query; what it does not say is not asked for.</param>
    /// <param name="terms">What it says.</param>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static ProblemResult? Read(IQueryCollection query, out DecisionTerms terms)
    {
        var errors = new List<FieldError>();
        terms = default;
        if (query.TryGetValue(DeadlineName, out var deadline))
        {
            if (TryParseDeadline(deadline.ToString(), out var value))
                terms = terms with { Deadline = value };
            else
                errors.Add(new FieldError(DeadlineName, DeadlineProblem));
        }

        if (query.TryGetValue(FailPolicyName, out var policy))
        {
            var index = FailPolicies.IndexOf(policy.ToString());
            if (index >= 0)
                terms = terms with { FailPolicy = (Outcome)index };
            else
                errors.Add(new FieldError(FailPolicyName, $"is none of {string.Join(", ", FailPolicies)}"));
        }

        return errors.Count == 0 ? null : ProblemResult.Invalid([.. errors]);
    }

    public static bool TryParseDeadline(string text, out TimeSpan deadline)
    {
        var valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 1 and <= MaxDeadlineMilliseconds;
        deadline = TimeSpan.FromMilliseconds(milliseconds);
        return valid;
    }

    /// <summary>What is said of a deadline that is none.</summary>
    public static string DeadlineProblem { get; } = $"is not a whole number of milliseconds from 1 to {MaxDeadlineMilliseconds}";
}
