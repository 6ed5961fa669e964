using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage.Cases;
using Vigil.Web.Rules;

namespace Vigil.Web.Cases;

/// <summary>A flagged transaction.</summary>
/// <param name="TransactionId">The transaction's id, as it was sent.</param>
/// <param name="AccountId">The account that pays.</param>
/// <param name="Timestamp">When the payment happened, in UTC.</param>
/// <param name="Amount">The exact amount in the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="MerchantCategory">What the merchant sells.</param>
/// <param name="MerchantId">The merchant.</param>
/// <param name="Location">Where the payment was made.</param>
/// <param name="Country">The country of the payment.</param>
/// <param name="IsFraud">Whether it was fraud, as far as is known today; null while nobody knows.</param>
/// <param name="Status">Where the case is in its review.</param>
/// <param name="MlAnomalyScore">The model's score, 0 to 1; null where no model could score.</param>
/// <param name="AlertReason">Why it was flagged, in words.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="Model">What gave the score.</param>
/// <param name="DecidedAt">When it was decided, in UTC.</param>
/// <param name="RulesVersion">The version of the rules that decided.</param>
/// <param name="Rules">Names of the rules that matched and had effect.</param>
/// <param name="RulesShadowed">Names of the rules that matched without effect.</param>
/// <param name="RulesMissing">Names of the rules that could not be told.</param>
/// <param name="Tags">The words that matches gave.</param>
/// <param name="Points">What matches added to the score, in points of 0.01.</param>
internal sealed record Anomaly(
    string TransactionId,
    string AccountId,
    DateTime Timestamp,
    decimal Amount,
    string Currency,
    string? MerchantCategory,
    string? MerchantId,
    string? Location,
    string? Country,
    bool? IsFraud,
    CaseStatus? Status,
    float? MlAnomalyScore,
    string? AlertReason,
    Outcome Outcome,
    ModelKind Model,
    DateTime DecidedAt,
    string RulesVersion,
    IReadOnlyList<string> Rules,
    IReadOnlyList<string> RulesShadowed,
    IReadOnlyList<string> RulesMissing,
    IReadOnlyList<string> Tags,
    int Points)
{
    public static Anomaly Of(AnomalyRow row, RuleCatalog catalog)
    {
        var rules = catalog.Read(row.RulesVersion, row.RuleResults);
        return new Anomaly(
            row.TransactionId, row.AccountId, Core.Transactions.Timestamp.ToDateTime(row.Time), row.Amount,
            row.Currency ?? Core.Transactions.Currency.Default, row.MerchantCategory, row.MerchantId, row.Location,
            row.Country, row.IsFraud, row.Status, row.Score, row.AlertReason, row.Outcome, row.Model,
            Core.Transactions.Timestamp.ToDateTime(row.DecidedAt), row.RulesVersion, rules.Matched, rules.Shadowed,
            rules.Missing, rules.Tags, rules.Points);
    }
}
