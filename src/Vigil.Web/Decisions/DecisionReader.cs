using System.Collections.Concurrent;
using System.Text.Json;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Web.Rules;

namespace Vigil.Web.Decisions;

/// <summary>Reads stored decisions as documents. Safe to use from any thread.</summary>
internal sealed class DecisionReader(CaseStore cases, DecisionNames names, RuleCatalog rules)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _features = new(StringComparer.Ordinal);

    /// <summary>The decision about a transaction; null where there is none.</summary>
    public DecisionDocument? Find(string transactionId) =>
        cases.FindDecision(transactionId) is { } record ? Document(record) : null;

    /// <summary>A decision that was read already.</summary>
    public DecisionDocument Document(DecisionRecord record)
    {
        var summary = record.Summary;
        var (features, missing) = Features(record);
        var outcome = rules.Read(summary.RulesVersion, summary.RuleResults);
        // The copy made by ParseValue outlives the record and has lost its line breaks where it is written again.
        var reader = new Utf8JsonReader(record.Payload);
        return new DecisionDocument(
            summary.TransactionId, summary.AccountId, Timestamp.ToDateTime(summary.Time), summary.Amount,
            summary.Currency ?? Currency.Default, summary.Outcome, summary.Score, Text(summary.AlertReason),
            Text(summary.AlertReason)?.Split("; ") ?? [], outcome.Matched, outcome.Shadowed, outcome.Missing, outcome.Tags,
            outcome.Points, features, missing, record.Degraded,
            summary.Status, summary.IsFraud, Versions(record.Engine),
            new DecisionTimings(
                Timestamp.ToDateTime(record.Provenance.ReceivedAt), Timestamp.ToDateTime(record.Provenance.DecidedAt),
                record.Provenance.DecideMicros),
            JsonElement.ParseValue(ref reader))
        {
            ControlGroup = ControlDocument.Of(record),
        };
    }

    private (OrderedDictionary<string, float?> Values, List<string> Missing) Features(DecisionRecord record)
    {
        var values = new OrderedDictionary<string, float?>(StringComparer.Ordinal);
        var missing = new List<string>();
        var set = record.FeatureSet;
        var of = _features.GetOrAdd(set.Hash, _ => names.Features(set));
        if (of.Count != record.Features.Length)
            throw new InvalidOperationException($"feature set {set.Name} {set.Version} does not name the stored vector");
        for (var i = 0; i < of.Count; i++)
        {
            // JSON has no infinity either; the decision treated it as it is stored.
            var value = float.IsFinite(record.Features[i]) ? record.Features[i] : (float?)null;
            values.Add(of[i], value);
            if (value is null)
                missing.Add(of[i]);
        }

        return (values, missing);
    }

    private static DecisionVersions Versions(EngineVersions engine) => new(
        engine.FeatureSetHash.Length == 0
            ? null : new FeatureSetVersion(engine.FeatureSetName, engine.FeatureSetVersion, engine.FeatureSetHash),
        Text(engine.RulesVersion),
        engine.ModelKind == ModelKind.None
            ? null : new ModelVersion(engine.ModelName, engine.ModelVersion, engine.ModelHash, engine.ModelKind),
        Text(engine.Policy));

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
