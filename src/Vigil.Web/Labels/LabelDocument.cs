using System.Text.Json.Serialization;
using Vigil.Storage.Labels;

namespace Vigil.Web.Labels;

/// <summary>What somebody says of a transaction.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="IsFraud">What it was; <c>label</c> with fraud or legitimate says the same.</param>
/// <param name="Source">How it became known.</param>
/// <param name="ObservedAt">When it became known; absent for now. Never in the future, and not before the transaction.</param>
/// <param name="Note">What is to be kept with it.</param>
internal sealed record LabelToGive(
    string TransactionId, bool IsFraud, string? Source = null, DateTime? ObservedAt = null, string? Note = null);

/// <summary>What became of labels.</summary>
/// <param name="Added">Labels that are new.</param>
/// <param name="Unchanged">Labels that were known already, just so.</param>
/// <param name="Refused">Labels that were not taken.</param>
/// <param name="Results">What became of each, in their order; of a file those that were not taken, the first 1,000.</param>
internal sealed record LabelReport(long Added, long Unchanged, long Refused, IReadOnlyList<LabelOutcome> Results);

/// <summary>What became of a label.</summary>
/// <param name="Result">In one word.</param>
internal sealed record LabelOutcome(LabelKind Result)
{
    /// <summary>The transaction; absent where it cannot be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TransactionId { get; init; }

    /// <summary>The label's number: the order in which labels were stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LabelId { get; init; }

    /// <summary>Why it was not taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>Of a list: its place, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary>Of a file: its line, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Line { get; init; }

    public static LabelOutcome Of(LabelResult result) => new(result.Kind)
    {
        TransactionId = result.TransactionId,
        LabelId = result.LabelId == 0 ? null : result.LabelId,
        Detail = result.Reason is null ? null : $"{result.Field} {result.Reason}",
    };
}

/// <summary>All labels of a transaction.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="IsFraud">The truth: what the last label says; null where there is none.</param>
/// <param name="Labels">The labels in the order in which they were stored: each overrules those before it.</param>
internal sealed record LabelHistory(string TransactionId, bool? IsFraud, IReadOnlyList<LabelEntry> Labels);

/// <summary>A label as it is stored.</summary>
/// <param name="Id">The order in which labels were stored.</param>
/// <param name="IsFraud">What it was.</param>
/// <param name="Source">How it became known.</param>
/// <param name="ObservedAt">When it became known, in UTC.</param>
/// <param name="CreatedAt">When it was stored, in UTC.</param>
/// <param name="Actor">Who said so.</param>
/// <param name="Note">What was said with it; null for nothing.</param>
internal sealed record LabelEntry(
    long Id, bool IsFraud, string Source, DateTime ObservedAt, DateTime CreatedAt, string Actor, string? Note);
