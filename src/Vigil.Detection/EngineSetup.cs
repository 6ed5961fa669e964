using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>What decides: features, rules, and a model where there is one.</summary>
/// <param name="Features">The feature set; the model's, where there is a model.</param>
/// <param name="Rules">The rules beside the model.</param>
/// <param name="Model">The model; null lets the rules decide alone, and every decision say that it is degraded.</param>
public sealed record EngineSetup(FeatureSet Features, RuleSet Rules, ActiveModel? Model = null)
{
    /// <summary>The versions that each decision is stored with.</summary>
    public EngineVersions Versions => new(
        Features.Name,
        Features.Version.ToString(CultureInfo.InvariantCulture),
        Features.Hash,
        Rules.Version,
        Model?.Name ?? "",
        Model?.Version ?? "",
        Model?.Hash ?? "",
        Model?.Model.Kind ?? ModelKind.None,
        Model is null ? "" : PolicyText.Of(Model.Thresholds));

    internal FeatureSetRecord Record => new(
        Features.Hash, Features.Name, Features.Version.ToString(CultureInfo.InvariantCulture), Features.Content);

    /// <summary>Whether both keep the same state, so that one engine can go from one to the other.</summary>
    internal bool SharesStateWith(EngineSetup other) =>
        Features.Hash == other.Features.Hash && Rules.Version == other.Rules.Version;
}
