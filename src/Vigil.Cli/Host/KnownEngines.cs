using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Storage.Rules;
using Vigil.Training.Registry;
using Vigil.Training.Registry.Mlflow;
using Vigil.Web.Decisions;

namespace Vigil.Cli.Host;

/// <summary>Finds what versions stand for: rules, models, the names of features.</summary>
internal static class KnownEngines
{
    /// <summary>What decisions before rules were stored are named after: the guide's rules.</summary>
    private const string BuiltIn = "builtin-1";

    /// <summary>What decides now: the champion with its features, or none over a feature set; and the rules in force.</summary>
    /// <param name="store">The rules; where it has none, those that ship become its first version.</param>
    /// <param name="registry">The models.</param>
    /// <param name="features">Name of a shipped set or path of a file, where there is no champion; null for <c>default</c>.</param>
    /// <exception cref="RegistryException">The champion cannot be used.</exception>
    /// <exception cref="RuleSetException">The rules do not fit the features.</exception>
    public static EngineSetup Current(Store store, ModelRegistry registry, string? features = null)
    {
        var rules = RulesInForce(store);
        return registry.LoadChampion(FeatureSetFile.Load(features ?? "default")) is { } champion
            ? new EngineSetup(champion.FeatureSet, rules, Active(champion))
            : new EngineSetup(FeatureSetFile.Load(features ?? "default"), rules);
    }

    /// <summary>
    /// As <see cref="Current"/>, for what decides: where the models are on a server that is away, or what it has in charge
    /// cannot be used, the last good model decides, or rules alone until there is one.
    /// </summary>
    /// <param name="store">As of <see cref="Current"/>.</param>
    /// <param name="registry">As of <see cref="Current"/>.</param>
    /// <param name="cache">Where the last good model is kept.</param>
    /// <param name="features">As of <see cref="Current"/>.</param>
    /// <param name="say">Told what is wrong, and what decides.</param>
    public static EngineSetup AtStart(Store store, ModelRegistry registry, ModelCache cache, string? features, Action<string> say)
    {
        try
        {
            var served = FeatureSetFile.Load(features ?? "default");
            var champion = registry.LoadChampion(served);
            if (champion is not null && registry is MlflowRegistry)
                cache.Keep(registry, champion);
            return champion is null
                ? new EngineSetup(served, RulesInForce(store)) : new EngineSetup(champion.FeatureSet, RulesInForce(store), Active(champion));
        }
        catch (RegistryException e) when (registry is MlflowRegistry)
        {
            var kept = cache.Find(registry);
            say($"{e.Message} {(kept is null ? "Rules decide alone until it can be read." : $"Version {kept.Version}, the last good one, decides.")}");
            return kept is null
                ? new EngineSetup(FeatureSetFile.Load(features ?? "default"), RulesInForce(store))
                : new EngineSetup(kept.FeatureSet, RulesInForce(store), Active(kept));
        }
    }

    /// <summary>The feature set that decides now; see <see cref="Current"/>.</summary>
    public static FeatureSet Features(ModelRegistry registry, string? features = null) =>
        registry.LoadChampion(FeatureSetFile.Load(features ?? "default"))?.FeatureSet ?? FeatureSetFile.Load(features ?? "default");

    /// <summary>Puts a registered model in charge, with the rules that decide.</summary>
    /// <exception cref="RuleSetException">The rules do not fit the model's features.</exception>
    public static EngineSetup With(EngineSetup setup, RegisteredModel model) => setup.Features.Hash == model.FeatureSet.Hash
        ? setup with { Model = Active(model) }
        : new EngineSetup(model.FeatureSet, setup.Rules, Active(model)) { Control = setup.Control };

    /// <summary>The rules in force. An empty database gets those that ship, as version 1.</summary>
    public static RuleSet RulesInForce(Store store)
    {
        if (store.Rules.VersionInForce() is null)
        {
            var guide = RuleSetJson.Parse(RuleSets.Guide, "");
            store.Rules.PublishFirst(
                new NewRuleSet(guide.Name, guide.Content, guide.Hash, "The rules that Vigil starts with"), "vigil",
                Timestamp.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        }

        return Parse(store.Rules.InForce()!.Set);
    }

    /// <summary>The rules in force; null where the database has none yet.</summary>
    public static RuleSet? FindRulesInForce(Store store) => store.Rules.InForce() is { } inForce ? Parse(inForce.Set) : null;

    /// <summary>A version of the rules.</summary>
    /// <exception cref="InvalidDataException">The version is unknown.</exception>
    public static RuleSet Rules(Store store, string version)
    {
        if (version == BuiltIn)
            return RuleSetJson.Parse(RuleSets.Guide, BuiltIn);
        return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && store.Rules.Find(number) is { } set
            ? Parse(set)
            : throw new InvalidDataException($"the rules {version} are not in the database");
    }

    /// <summary>The model that a decision names, with the thresholds that it was decided by.</summary>
    /// <param name="registry">Where it is.</param>
    /// <param name="versions">What the decision names.</param>
    /// <param name="features">What the decision was made by, for a model that brings no features of its own.</param>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not the model that decided.</exception>
    public static ActiveModel Model(ModelRegistry registry, EngineVersions versions, FeatureSet? features = null)
    {
        if (!int.TryParse(versions.ModelVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new InvalidDataException($"model version {versions.ModelVersion} is no version of the registry {registry.Place}");
        var model = registry.Load(version);
        if (model.Hash != versions.ModelHash)
        {
            throw new InvalidDataException(
                $"model version {version} in {registry.Place} is not the one that decided (another SHA-256): restore it from a backup");
        }

        return new ActiveModel(
            versions.ModelName, versions.ModelVersion, versions.ModelHash, model.Model, PolicyText.Parse(versions.Policy));
    }

    /// <summary>The model that made a decision, to explain it.</summary>
    /// <exception cref="InvalidDataException">It cannot be had.</exception>
    public static Model Model(ModelRegistry registry, DecisionRecord decision)
    {
        try
        {
            return Model(registry, decision.Engine, FeatureSetJson.Parse(decision.FeatureSet.Content)).Model;
        }
        catch (RegistryException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The names that the API puts beside stored numbers.</summary>
    public static DecisionNames Names { get; } = new(set => FeatureSetJson.Parse(set.Content).Names);

    private static RuleSet Parse(StoredRuleSet set) =>
        RuleSetJson.Parse(set.Content, set.Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>A registered model as decisions name it.</summary>
    public static ActiveModel Active(RegisteredModel model) => new(
        ModelRegistry.ModelName, model.Version.ToString(CultureInfo.InvariantCulture), model.Hash,
        model.Model, model.Card.Thresholds)
    {
        TrainedAt = model.Card.TrainedAt,
    };
}
