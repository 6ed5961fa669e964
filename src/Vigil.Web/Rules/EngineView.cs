using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;

namespace Vigil.Web.Rules;

/// <summary>What decides at the moment, for those who check, try and show rules. A model is read by any thread.</summary>
/// <param name="Features">The feature set that rules may name.</param>
/// <param name="Model">The model; null without one.</param>
/// <param name="Thresholds">What its score asks for.</param>
/// <param name="RulesVersion">The version of the rules that this instance decides by.</param>
/// <param name="Windows">
/// The windows that do not see the whole record yet, as stored with decisions; empty where all do.
/// </param>
public sealed record EngineView(
    FeatureSet Features, Model? Model, Thresholds Thresholds, string RulesVersion, string Windows);
