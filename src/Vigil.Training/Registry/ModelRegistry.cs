using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Registry.Mlflow;

namespace Vigil.Training.Registry;

/// <summary>
/// Numbered versions of the one model, which are never changed, and which of them is in charge: in a folder, or on an
/// MLflow server. What is served is the version that was promoted, never the newest. Safe for several threads.
/// </summary>
public abstract class ModelRegistry
{
    /// <summary>What the registry calls its one model (the guide's name).</summary>
    public const string ModelName = "fraud-detection-model";

    /// <summary>The alias of the version in charge.</summary>
    public const string ChampionAlias = "champion";

    /// <summary>
    /// The alias of a version that is scored beside the one in charge; with a hyphen and a name after it, of further ones
    /// (<see cref="IsChallenger"/>).
    /// </summary>
    public const string ChallengerAlias = "challenger";

    /// <summary>Whether an alias is a challenger's.</summary>
    public static bool IsChallenger(string alias)
    {
        ArgumentNullException.ThrowIfNull(alias);
        return alias == ChallengerAlias || alias.StartsWith(ChallengerAlias + "-", StringComparison.Ordinal);
    }

    /// <summary>Most versions that are remembered as having been in charge.</summary>
    protected const int MaxHistory = 50;

    /// <summary>Opens a registry; nothing is read or made yet.</summary>
    /// <param name="place">A folder (a path, or <c>file:</c> and one), or the http(s) URL of an MLflow server.</param>
    /// <param name="variable">Value of a variable, or null: the credentials (MLFLOW_TRACKING_USERNAME, ...).</param>
    /// <exception cref="RegistryException">The place is neither.</exception>
    public static ModelRegistry Open(string place, Func<string, string?> variable)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        ArgumentNullException.ThrowIfNull(variable);
        if (IsServer(place))
            return new MlflowRegistry(new MlflowClient(MlflowSettings.Read(place, variable)), variable("MLFLOW_EXPERIMENT_NAME") ?? ModelName);
        if (place.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return new FolderRegistry(Uri.TryCreate(place, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : place["file:".Length..]);
        return place.Contains("://", StringComparison.Ordinal)
            ? throw new RegistryException($"{place.Split("://")[0]}:// is no model registry that Vigil knows: name a folder, or the http(s) URL of an MLflow server.")
            : new FolderRegistry(place);
    }

    /// <summary>Whether a place is an MLflow server rather than a folder.</summary>
    public static bool IsServer(string place) =>
        place.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where it is, as messages may name it: without credentials.</summary>
    public abstract string Place { get; }

    /// <summary>What there is.</summary>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public abstract RegistryState Look(CancellationToken cancel = default);

    /// <summary>Reads a version whole. What it holds is checked by <see cref="ModelDirectory.Open"/>.</summary>
    /// <exception cref="RegistryException">There is no such version, or it cannot be read.</exception>
    public ModelDirectory Download(int version, CancellationToken cancel = default) => Download(version, null, cancel);

    /// <summary>Reads a version, or some of its files.</summary>
    /// <param name="version">The version.</param>
    /// <param name="wanted">Which files; null for all.</param>
    /// <param name="cancel">Stops it.</param>
    protected abstract ModelDirectory Download(int version, Func<string, bool>? wanted, CancellationToken cancel);

    /// <summary>Reads the card of a version alone; null where it has none, as it was trained elsewhere.</summary>
    /// <exception cref="RegistryException">There is no such version, or it cannot be read.</exception>
    public ModelCard? FindCard(int version, CancellationToken cancel = default)
    {
        var directory = Download(version, file => file == ModelDirectory.CardFile, cancel);
        return directory.IsComplete ? directory.Card : null;
    }

    /// <summary>Saves a model as the next version, without putting it in charge.</summary>
    /// <returns>The version.</returns>
    /// <exception cref="RegistryException">It could not be saved; no half of it is a version.</exception>
    public abstract int Register(ModelDirectory directory, TrainingRun run, CancellationToken cancel = default);

    /// <summary>Lets an alias stand for a version.</summary>
    /// <param name="name">Lower case letters, digits, - and _; not <see cref="ChampionAlias"/>, which <see cref="Promote"/> sets.</param>
    /// <param name="version">Null takes the alias away.</param>
    /// <param name="cancel">Stops it.</param>
    public abstract void SetAlias(string name, int? version, CancellationToken cancel = default);

    /// <summary>Notes something about a version.</summary>
    public abstract void SetTag(int version, string key, string value, CancellationToken cancel = default);

    /// <summary>Puts a version in charge that is known to be good.</summary>
    /// <param name="version">The version.</param>
    /// <param name="history">What <see cref="RegistryState.History"/> is from then on.</param>
    /// <param name="cancel">Stops it.</param>
    protected abstract void PutInCharge(int version, IReadOnlyList<int> history, CancellationToken cancel);

    /// <summary>Saves a model with no more files than it needs.</summary>
    public int Save(Model model, FeatureSet features, ModelCard card) =>
        Register(ModelDirectory.Of(model, features, card), TrainingRun.Of(card));

    /// <summary>Reads a model and checks it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="served">Features that are in use, for a model that brings the same, or none of its own: one that was trained elsewhere.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RegistryException">What is wrong, with which file.</exception>
    public RegisteredModel Load(int version, FeatureSet? served = null, CancellationToken cancel = default)
    {
        var directory = Download(version, cancel);
        if (!directory.IsComplete)
            directory = directory.Completed(served ?? FeatureSets.Load("default"), FindTags(version, cancel));
        return directory.Open(version, served);
    }

    /// <summary>The version in charge; null when none was promoted.</summary>
    public int? Champion() => Look().Champion?.Number;

    /// <summary>Reads the model in charge; null when none was promoted.</summary>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public RegisteredModel? LoadChampion(FeatureSet? served = null, CancellationToken cancel = default) =>
        Look(cancel).Champion is { } champion ? Load(champion.Number, served, cancel) : null;

    /// <summary>Puts a version in charge, once it was read and found whole.</summary>
    /// <param name="version">The version.</param>
    /// <param name="served">As of <see cref="Load"/>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RegistryException">There is no such version, or it cannot be used: the former stays.</exception>
    public void Promote(int version, FeatureSet? served = null, CancellationToken cancel = default)
    {
        _ = Load(version, served, cancel);
        var history = Look(cancel).History.ToList();
        if (history.Count == 0 || history[^1] != version)
            history.Add(version);
        PutInCharge(version, [.. history.TakeLast(MaxHistory)], cancel);
    }

    /// <summary>Puts the former version in charge again.</summary>
    /// <returns>It.</returns>
    /// <exception cref="RegistryException">There is none, or it cannot be used: the present one stays.</exception>
    public int Rollback(FeatureSet? served = null, CancellationToken cancel = default)
    {
        var state = Look(cancel);
        if (state.Champion is not { } champion)
            throw new RegistryException($"No model is in charge in {Place}: there is nothing to roll back. Promote one: vigil models promote VERSION.");
        var history = state.History.ToList();
        while (history.Count > 0 && (history[^1] == champion.Number || state.Find(history[^1]) is null))
            history.RemoveAt(history.Count - 1);
        if (history.Count == 0)
            throw new RegistryException($"Before version {champion.Number} none was in charge in {Place}: name the version that shall be, with vigil models promote VERSION.");
        var former = history[^1];
        _ = Load(former, served, cancel);
        PutInCharge(former, history, cancel);
        return former;
    }

    private IReadOnlyDictionary<string, string> FindTags(int version, CancellationToken cancel) =>
        Look(cancel).Find(version)?.Tags ?? new Dictionary<string, string>();

    /// <exception cref="RegistryException">It is no alias.</exception>
    protected static void RequireAlias(string alias)
    {
        ArgumentNullException.ThrowIfNull(alias);
        if (!IsAlias(alias))
            throw new RegistryException($"\"{alias}\" is no alias: a lower case letter first, then letters, digits, - and _, and not \"latest\" or v with a number.");
        if (alias == ChampionAlias)
            throw new RegistryException($"The alias {ChampionAlias} is set by promoting a version.");
    }

    /// <summary>Whether a text can be an alias.</summary>
    protected static bool IsAlias(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterLower(text[0]) && text != "latest"
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
        && !(text[0] == 'v' && text.Length > 1 && text.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false);
}
