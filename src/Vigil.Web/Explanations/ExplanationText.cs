using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Models;

namespace Vigil.Web.Explanations;

/// <summary>An explanation as a paragraph: the strongest of what moved a score, either way.</summary>
internal static class ExplanationText
{
    public const string NoModel = "No model gave this transaction a score: rules alone decided.";

    public const string NoCovers = "The model's document has no covers (sum_hessian), from which it is computed what moved a score.";

    private const int MostTowards = 3;
    private const int MostAgainst = 2;

    public static string Of(Explanation explanation, float score, ModelKind kind)
    {
        var towards = Join(explanation.Towards, MostTowards);
        var against = Join(explanation.Against, MostAgainst);
        var (raised, lowered) = kind == ModelKind.IsolationForest
            ? ("Unlike this system's other payments", "Like them")
            : ("Towards fraud", "Against it");
        var number = score.ToString("0.####", CultureInfo.InvariantCulture);
        return $"The score is {number}."
            + (towards.Length > 0 ? $" {raised}: {towards}." : "")
            + (against.Length > 0 ? $" {lowered}: {against}." : "");
    }

    private static string Join(IEnumerable<Contribution> contributions, int most) =>
        string.Join("; ", contributions.Select(c => c.Text).Distinct(StringComparer.Ordinal).Take(most));
}
