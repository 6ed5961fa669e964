using Vigil.Core.Models;

namespace Vigil.Web.Models;

/// <summary>Versions of the model, the newest first.</summary>
/// <param name="Data">The versions.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Source">What put the one in charge there: <c>alias</c> or <c>stage</c>; empty without one.</param>
/// <param name="AsOf">When the registry was looked at last, in UTC.</param>
/// <param name="IsAway">Whether the registry has not answered since.</param>
public sealed record ModelList(IReadOnlyList<ModelEntry> Data, int Count, string Source, DateTime AsOf, bool IsAway);

/// <summary>A version of the model.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="InCharge">Whether it decides.</param>
/// <param name="Aliases">Names that stand for it; <c>challenger</c> and <c>challenger-...</c> are scored beside the one in charge.</param>
/// <param name="Stage">MLflow's stage; empty in a folder.</param>
/// <param name="CreatedAt">When it was saved, in UTC.</param>
/// <param name="PromotedAt">When it was put in charge last, in UTC; null where the audit trail does not know.</param>
/// <param name="PromotedBy">By whom.</param>
/// <param name="Card">What it is; null for one that was trained elsewhere, or that cannot be read.</param>
public sealed record ModelEntry(
    int Version, bool InCharge, IReadOnlyList<string> Aliases, string Stage, DateTime CreatedAt, DateTime? PromotedAt, string? PromotedBy,
    ModelFacts? Card);

/// <summary>What a version is.</summary>
/// <param name="Kind">What the model is.</param>
/// <param name="FeatureSet">Name of its feature set.</param>
/// <param name="FeatureSetVersion">Version of that.</param>
/// <param name="FeatureSetHash">Hash of that: it is served no other features.</param>
/// <param name="TrainedAt">When it was trained, in UTC.</param>
/// <param name="Rows">Payments that it learned from.</param>
/// <param name="Frauds">Known frauds among them.</param>
/// <param name="ReviewThreshold">Score from which on it asks for a review; above 1 for never.</param>
/// <param name="BlockThreshold">Score from which on it blocks; above 1 for never.</param>
/// <param name="Metrics">Measured on payments later than those.</param>
public sealed record ModelFacts(
    ModelKind Kind, string FeatureSet, int FeatureSetVersion, string FeatureSetHash, DateTime TrainedAt, long Rows, long Frauds,
    double ReviewThreshold, double BlockThreshold, IReadOnlyDictionary<string, double> Metrics);
