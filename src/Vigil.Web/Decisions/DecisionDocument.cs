using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage.Cases;

namespace Vigil.Web.Decisions;

/// <summary>One decision, whole: what was decided, why, from which values, and by which versions.</summary>
/// <param name="TransactionId">The transaction's id, as it was sent.</param>
/// <param name="AccountId">The account that pays.</param>
/// <param name="Timestamp">When the payment happened, in UTC.</param>
/// <param name="Amount">The exact amount in the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Outcome">What to do with the payment.</param>
/// <param name="Score">The model's score, 0 to 1; null where no model could score.</param>
/// <param name="AlertReason">Why, in words; null for an allowed transaction.</param>
/// <param name="Reasons">The same, one reason at a time.</param>
/// <param name="Rules">Names of the rules that matched and had effect.</param>
/// <param name="RulesShadowed">Names of the rules that matched without effect: in shadow, outside of their percentage, or snoozed.</param>
/// <param name="RulesMissing">Names of the rules that could not be told, because something that they need was missing.</param>
/// <param name="Tags">The words that matches gave.</param>
/// <param name="Points">What matches added to the score, in points of 0.01.</param>
/// <param name="Features">The values that the decision was based on; null is missing.</param>
/// <param name="Missing">Names of the features that were missing.</param>
/// <param name="Degraded">Whether something that should have had a say could not, such as a missing model.</param>
/// <param name="Status">Where the case is in its review; null where none was opened.</param>
/// <param name="IsFraud">Whether it was fraud, as far as is known today; null while nobody knows.</param>
/// <param name="Versions">What decided.</param>
/// <param name="Timings">When, and how fast.</param>
/// <param name="Transaction">The transaction as it was received.</param>
internal sealed record DecisionDocument(
    string TransactionId,
    string AccountId,
    DateTime Timestamp,
    decimal Amount,
    string Currency,
    Outcome Outcome,
    float? Score,
    string? AlertReason,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<string> Rules,
    IReadOnlyList<string> RulesShadowed,
    IReadOnlyList<string> RulesMissing,
    IReadOnlyList<string> Tags,
    int Points,
    IReadOnlyDictionary<string, float?> Features,
    IReadOnlyList<string> Missing,
    bool Degraded,
    CaseStatus? Status,
    bool? IsFraud,
    DecisionVersions Versions,
    DecisionTimings Timings,
    JsonElement Transaction)
{
    /// <summary>Where the model would have blocked it and a control group had a say; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlDocument? ControlGroup { get; init; }

    /// <summary>
    /// In the answer to a submitted transaction: whether this is the decision of an earlier request with the same id.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Replayed { get; init; }

    /// <summary>
    /// In the answer to a submitted transaction: false, because this is the decision and not what the caller's fail policy says.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? FailPolicyUsed { get; init; }
}

/// <summary>What decided. Absent parts are null.</summary>
/// <param name="FeatureSet">The feature set.</param>
/// <param name="Rules">The rule set's version.</param>
/// <param name="Model">The model.</param>
/// <param name="Policy">The thresholds that turned the score into an outcome.</param>
internal sealed record DecisionVersions(FeatureSetVersion? FeatureSet, string? Rules, ModelVersion? Model, string? Policy);

/// <summary>A feature set.</summary>
/// <param name="Name">Its name, such as <c>default</c>.</param>
/// <param name="Version">Its version, as its file states it.</param>
/// <param name="Hash">Hash of its content.</param>
internal sealed record FeatureSetVersion(string Name, string Version, string Hash);

/// <summary>A model.</summary>
/// <param name="Name">Its name in the registry.</param>
/// <param name="Version">Its version there.</param>
/// <param name="Hash">Hash of its file.</param>
/// <param name="Kind">What it is.</param>
public sealed record ModelVersion(string Name, string Version, string Hash, ModelKind Kind);

/// <summary>When a decision was made.</summary>
/// <param name="ReceivedAt">When the transaction arrived, in UTC.</param>
/// <param name="DecidedAt">When it was decided, in UTC.</param>
/// <param name="DecideMicros">How long deciding took, in microseconds.</param>
internal sealed record DecisionTimings(DateTime ReceivedAt, DateTime DecidedAt, int DecideMicros);
