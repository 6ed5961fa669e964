using System.Collections.Concurrent;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;
using Vigil.Web.Decisions;

namespace Vigil.Web.Explanations;

/// <summary>
/// Explains stored decisions, from the vector that each was based on and by the version of the model that made it; so an
/// explanation is the same on any day. Safe to use from any thread.
/// </summary>
/// <param name="cases">The decisions.</param>
/// <param name="models">The model that made a decision; throws <see cref="InvalidDataException"/> where it cannot be had.</param>
public sealed class ExplanationReader(CaseStore cases, Func<DecisionRecord, Model> models)
{
    /// <summary>How far back the payments lie that say what is usual for an account, microseconds of event time: 90 days.</summary>
    public const long UsualSpan = 90 * Timestamp.Day;

    /// <summary>Most payments that say what is usual; the newest count.</summary>
    public const int MostPayments = 500;

    private const int MostModels = 8;

    private readonly ConcurrentDictionary<(string Features, string Model), Lazy<Explainer?>> _explainers = [];

    /// <summary>Explains the decision about a transaction; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The model that made it cannot be had; the message says why.</exception>
    public ExplanationDocument? Find(string transactionId) =>
        cases.FindDecision(transactionId) is { } record ? Explain(record) : null;

    /// <summary>Explains a decision that was read already.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Find"/>.</exception>
    public ExplanationDocument Explain(DecisionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var engine = record.Engine;
        if (record.Summary.Score is not { } score || engine.ModelKind == ModelKind.None)
            return Document(record, ExplanationText.NoModel, null);
        var model = new ModelVersion(engine.ModelName, engine.ModelVersion, engine.ModelHash, engine.ModelKind);
        if (ExplainerOf(record) is not { } explainer)
            return Document(record, ExplanationText.NoCovers, model);
        var transaction = new Transaction();
        if (!TransactionJson.TryDecode(record.Payload, transaction, out var rejection))
            throw new InvalidDataException($"the stored transaction cannot be read: {rejection}");
        var earlier = cases.EarlierVectors(record, UsualSpan, MostPayments);
        var explanation = explainer.Explain(transaction, record.Features, earlier);
        return Document(record, ExplanationText.Of(explanation, score, engine.ModelKind), model) with
        {
            Margin = explanation.Margin,
            Bias = explanation.Bias,
            EarlierPayments = earlier.Count,
            Contributions = [.. explanation.Contributions.Select(c => Of(c, engine.ModelKind))],
        };
    }

    private static ExplanationDocument Document(DecisionRecord record, string text, ModelVersion? model) => new(
        record.Summary.TransactionId, record.Summary.Outcome, record.Summary.Score, Reasons(record.Summary.AlertReason),
        text, model, null, null, 0, [])
    {
        ControlGroup = ControlDocument.Of(record),
    };

    private static string[] Reasons(string? reason) => string.IsNullOrEmpty(reason) ? [] : reason.Split("; ");

    private static FeatureContribution Of(Contribution c, ModelKind kind) => new(
        c.Feature, float.IsFinite(c.Value) ? c.Value : null, float.IsFinite(c.Usual) ? c.Usual : null, c.Moved,
        kind == ModelKind.IsolationForest ? Math.Pow(2, c.Moved) : Math.Exp(c.Moved), c.Text);

    /// <summary>Null where the model cannot be explained.</summary>
    private Explainer? ExplainerOf(DecisionRecord record)
    {
        var key = (record.Engine.FeatureSetHash, record.Engine.ModelHash);
        if (_explainers.Count >= MostModels && !_explainers.ContainsKey(key))
            _explainers.Clear();
        // Read once, and those who ask for another model do not wait for this one.
        var explainer = _explainers.GetOrAdd(key, _ => new Lazy<Explainer?>(() =>
        {
            var model = models(record);
            return model.HasContributions ? new Explainer(FeatureSetJson.Parse(record.FeatureSet.Content), model) : null;
        }));
        try
        {
            return explainer.Value;
        }
        catch
        {
            // The next one asks again.
            _explainers.TryRemove(KeyValuePair.Create(key, explainer));
            throw;
        }
    }
}
