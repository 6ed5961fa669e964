using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Core.Decisions;
using Vigil.Web.Decisions;

namespace Vigil.Web.Explanations;

/// <summary>Why a decision came out as it did: what rules said, and what each feature did to the model's score.</summary>
/// <param name="TransactionId">The transaction's id, as it was sent.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="Score">The model's score, 0 to 1; null where no model could score.</param>
/// <param name="Reasons">What was said when it was decided, one reason at a time; empty for an allowed transaction.</param>
/// <param name="Text">What moved the score, in words.</param>
/// <param name="Model">What gave the score; null where no model did.</param>
/// <param name="Margin">The score before it is squeezed into 0 to 1: log-odds; of an isolation forest the score's logarithm to base 2.</param>
/// <param name="Bias">The margin of a payment of which nothing is known; with all contributions it sums to the margin.</param>
/// <param name="EarlierPayments">How many earlier payments of the account say what is usual.</param>
/// <param name="Contributions">One by feature, the largest first, whichever way it moved; empty where there is nothing to explain.</param>
public sealed record ExplanationDocument(
    string TransactionId,
    Outcome Outcome,
    float? Score,
    IReadOnlyList<string> Reasons,
    string Text,
    ModelVersion? Model,
    float? Margin,
    float? Bias,
    int EarlierPayments,
    IReadOnlyList<FeatureContribution> Contributions)
{
    /// <summary>Where the model would have blocked it and a control group had a say; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ControlDocument? ControlGroup { get; init; }

    /// <summary>As the API answers it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Default.ExplanationDocument);
}
