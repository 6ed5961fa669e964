using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web.Decisions;

namespace Vigil.Cli.Host;

/// <summary>Finds what versions stand for: rules, models, the names of features.</summary>
internal static class KnownEngines
{
    private static readonly RuleSet Guide = RuleSetJson.Parse(RuleSets.Guide, "1");

    /// <summary>What decides now: the champion with its features; without one, rules over a feature set.</summary>
    /// <param name="registry">The models.</param>
    /// <param name="features">Name of a shipped set or path of a file, where there is no champion; null for <c>default</c>.</param>
    /// <exception cref="RegistryException">The champion cannot be used.</exception>
    public static EngineSetup Current(ModelRegistry registry, string? features = null) =>
        registry.LoadChampion() is { } champion
            ? Of(champion)
            : new EngineSetup(FeatureSetFile.Load(features ?? "default"), Guide);

    /// <summary>A registered model with the rules that ship.</summary>
    public static EngineSetup Of(RegisteredModel model) => new(
        model.FeatureSet, Guide, new ActiveModel(
            ModelRegistry.ModelName, model.Version.ToString(CultureInfo.InvariantCulture), model.Card.ModelHash,
            model.Model, model.Card.Thresholds));

    /// <exception cref="InvalidDataException">The version is unknown.</exception>
    public static RuleSet Rules(string version) => version == Guide.Version
        ? Guide
        : throw new InvalidDataException($"the rules {version} are not known to this version of Vigil");

    /// <summary>The model that a decision names, with the thresholds that it was decided by.</summary>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not the model that decided.</exception>
    public static ActiveModel Model(ModelRegistry registry, EngineVersions versions)
    {
        if (!int.TryParse(versions.ModelVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new InvalidDataException($"model version {versions.ModelVersion} is no version of the registry {registry.Folder}");
        var model = registry.Load(version);
        if (model.Card.ModelHash != versions.ModelHash)
        {
            throw new InvalidDataException(
                $"model version {version} in {registry.Folder} is not the one that decided (another SHA-256): restore it from a backup");
        }

        return new ActiveModel(
            versions.ModelName, versions.ModelVersion, versions.ModelHash, model.Model, PolicyText.Parse(versions.Policy));
    }

    /// <summary>The names that the API puts beside stored numbers.</summary>
    public static DecisionNames Names { get; } = new(
        set => FeatureSetJson.Parse(set.Content).Names,
        versions => versions.RulesVersion == Guide.Version
            ? [.. Guide.Rules.Select(rule => rule.Name)]
            : []);
}
