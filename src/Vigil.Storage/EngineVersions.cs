using Vigil.Core.Models;

namespace Vigil.Storage;

/// <summary>Everything in force when a decision was made, so that it can be made again. Without a model or rules, those
/// texts are empty; a feature set there always is.</summary>
/// <param name="FeatureSetName">Name of the feature set, such as <c>default</c>.</param>
/// <param name="FeatureSetVersion">Its version, as its file states it.</param>
/// <param name="FeatureSetHash">Hash of its content; the key of a <see cref="FeatureSetRecord"/>.</param>
/// <param name="RulesVersion">Version of the rule set, such as <c>7</c>; <c>builtin-1</c> for what came before rule sets were stored.</param>
/// <param name="ModelName">Name of the model in the registry.</param>
/// <param name="ModelVersion">Its version there.</param>
/// <param name="ModelHash">Hash of the model file, so that an exchanged file is noticed.</param>
/// <param name="ModelKind">What the model is.</param>
/// <param name="Policy">The thresholds that turn a score into an outcome, as canonical text.</param>
/// <param name="Windows">
/// Empty, or as canonical JSON the windows of rules that did not yet see the whole record, and since when they do.
/// </param>
public sealed record EngineVersions(
    string FeatureSetName,
    string FeatureSetVersion,
    string FeatureSetHash,
    string RulesVersion,
    string ModelName,
    string ModelVersion,
    string ModelHash,
    ModelKind ModelKind,
    string Policy,
    string Windows = "");
