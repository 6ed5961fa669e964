using System.Globalization;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>What decides: features, rules, and a model where there is one.</summary>
/// <param name="Program">The rules, compiled for the feature set; the model's, where there is a model.</param>
/// <param name="Model">The model; null lets the rules decide alone, and every decision say that it is degraded.</param>
public sealed record EngineSetup(RuleProgram Program, ActiveModel? Model = null)
{
    /// <summary>Compiles the rules for a feature set.</summary>
    /// <exception cref="RuleSetException">They do not compile.</exception>
    public EngineSetup(FeatureSet features, RuleSet rules, ActiveModel? model = null)
        : this(RuleProgram.Compile(rules, features), model)
    {
    }

    /// <summary>
    /// Models that are scored beside and decide nothing, over the same feature set. Decisions are stored without them: to make
    /// one again they are not needed.
    /// </summary>
    public IReadOnlyList<ActiveModel> Challengers { get; init; } = [];

    /// <summary>Which of the payments that the model would block are reviewed instead; null for none.</summary>
    public ControlGroup? Control { get; init; }

    /// <summary>The feature set.</summary>
    public FeatureSet Features => Program.FeatureSet;

    /// <summary>The rules.</summary>
    public RuleSet Rules => Program.RuleSet;

    internal FeatureSetRecord Record => new(
        Features.Hash, Features.Name, Features.Version.ToString(CultureInfo.InvariantCulture), Features.Content);

    /// <summary>The versions that each decision is stored with.</summary>
    /// <param name="windows">What the rules' windows have seen.</param>
    internal EngineVersions Versions(IReadOnlyList<RuleWindow> windows) => new(
        Features.Name,
        Features.Version.ToString(CultureInfo.InvariantCulture),
        Features.Hash,
        Rules.Version,
        Model?.Name ?? "",
        Model?.Version ?? "",
        Model?.Hash ?? "",
        Model?.Model.Kind ?? ModelKind.None,
        Model is null ? "" : PolicyText.Of(Model.Thresholds, Control),
        Vigil.Detection.Rules.WindowsText.Of(windows));
}
