using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>The registry of an MLflow server.</summary>
/// <remarks>
/// The version in charge is that of the alias <c>champion</c>, else that of the stage Production. <see cref="ModelRegistry.Promote"/>
/// sets both and notes it in a tag of the model; so where the stage says something else than an alias that Vigil has set,
/// somebody moved the stage later (the guide's <c>transition-stage</c>), and the stage counts. Of several versions in
/// Production, as there are where the caller did not archive, the one that was moved last counts.
/// </remarks>
public sealed class MlflowRegistry : ModelRegistry, IDisposable
{
    private const string Production = "Production";
    private const string HistoryTag = "vigil.history";
    private const string PromotedTag = "vigil.promoted";
    private const string ModelFolder = "model";

    private readonly MlflowClient _client;
    private readonly MlflowArtifacts _artifacts;
    private readonly string _experiment;

    /// <param name="client">The server; from now on the registry's.</param>
    /// <param name="experiment">Where runs are logged.</param>
    public MlflowRegistry(MlflowClient client, string experiment)
    {
        (_client, _experiment) = (client, experiment);
        _artifacts = new MlflowArtifacts(client);
    }

    public override string Place => _client.Server.ToString();

    public void Dispose() => _client.Dispose();

    public override RegistryState Look(CancellationToken cancel = default)
    {
        if (_client.FindModel(ModelName, cancel) is not { } model)
            return new RegistryState([], null, "", []);
        var versions = _client.Versions(ModelName, cancel).Select(v => v with
        {
            Aliases = [.. model.Aliases.Where(a => a.Value == v.Number).Select(a => a.Key).Order(StringComparer.Ordinal)],
        }).ToList();
        var (champion, source) = InCharge(versions, model);
        var history = History(model);
        if (champion is not null && (history.Count == 0 || history[^1] != champion.Number))
            history.Add(champion.Number);
        return new RegistryState(versions, champion, source, history);
    }

    protected override ModelDirectory Download(int version, Func<string, bool>? wanted, CancellationToken cancel)
    {
        string uri;
        try
        {
            uri = _client.DownloadUri(ModelName, version, cancel);
        }
        catch (MlflowException e) when (e.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            var there = string.Join(", ", Look(cancel).Versions.Select(v => v.Number));
            throw new RegistryException($"There is no version {version} of {ModelName} on {Place}; there are: {there}.", e);
        }

        var run = uri.StartsWith("mlflow-artifacts:", StringComparison.Ordinal) ? "" : Look(cancel).Find(version)?.RunId ?? "";
        return _artifacts.Download(uri, run, wanted, cancel);
    }

    public override int Register(ModelDirectory directory, TrainingRun run, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(run);
        var now = DateTime.UtcNow;
        var made = _client.CreateRun(_client.Experiment(_experiment, cancel), run.Name, now, cancel);
        try
        {
            _client.Log(made.Id, run.Parameters, run.Metrics, now, cancel);
            foreach (var group in run.Artifacts.GroupBy(a => Path.GetDirectoryName(a.Key) ?? ""))
            {
                _artifacts.Upload(
                    made, group.Key, group.Select(a => KeyValuePair.Create(Path.GetFileName(a.Key), a.Value)), cancel);
            }

            _artifacts.Upload(made, ModelFolder, directory.Files, cancel);
            _client.LogModel(made.Id, Description(made.Id, now), cancel);
            _client.EnsureModel(ModelName, cancel);
            // Last: until then there is no version, so no half of one.
            var version = _client.CreateVersion(ModelName, $"{made.ArtifactUri.TrimEnd('/')}/{ModelFolder}", made.Id, cancel);
            _client.EndRun(made.Id, "FINISHED", DateTime.UtcNow, cancel);
            return version;
        }
        catch (RegistryException)
        {
            TryFail(made.Id);
            throw;
        }
    }

    public override void SetAlias(string name, int? version, CancellationToken cancel = default)
    {
        RequireAlias(name);
        if (version is { } number)
            _client.SetAlias(ModelName, name, number, cancel);
        else
            _client.DeleteAlias(ModelName, name, cancel);
    }

    public override void SetTag(int version, string key, string value, CancellationToken cancel = default) =>
        _client.SetVersionTag(ModelName, version, key, value, cancel);

    protected override void PutInCharge(int version, IReadOnlyList<int> history, CancellationToken cancel)
    {
        // Whatever is cut off in between, either the former or this one is in charge: the stage counts as soon as it is
        // moved, as the alias is still the one that the tag tells of.
        _client.SetModelTag(ModelName, HistoryTag, string.Join(',', history), cancel);
        _client.TransitionStage(ModelName, version, Production, cancel);
        _client.SetAlias(ModelName, ChampionAlias, version, cancel);
        _client.SetModelTag(ModelName, PromotedTag, version.ToString(CultureInfo.InvariantCulture), cancel);
    }

    internal static (ModelVersion? Champion, string Source) InCharge(IReadOnlyList<ModelVersion> versions, MlflowModel model)
    {
        var staged = versions.Where(v => v.Stage == Production).MaxBy(v => (v.ChangedAt, v.Number));
        var named = model.Aliases.TryGetValue(ChampionAlias, out var number) ? versions.FirstOrDefault(v => v.Number == number) : null;
        if (named is null)
            return staged is null ? (null, "") : (staged, "stage");
        var isOurs = model.Tags.GetValueOrDefault(PromotedTag) == named.Number.ToString(CultureInfo.InvariantCulture);
        return isOurs && staged is not null && staged.Number != named.Number ? (staged, "stage") : (named, "alias");
    }

    private static List<int> History(MlflowModel model) =>
        [.. model.Tags.GetValueOrDefault(HistoryTag, "").Split(',').Select(t => int.TryParse(t, CultureInfo.InvariantCulture, out var v) ? v : 0).Where(v => v > 0)];

    /// <summary>What MLflow's own client logs of a model; its page shows the run's model by it.</summary>
    private static string Description(string run, DateTime now) => new JsonObject
    {
        ["run_id"] = run,
        ["artifact_path"] = ModelFolder,
        ["utc_time_created"] = now.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        ["flavors"] = new JsonObject { ["xgboost"] = new JsonObject { ["data"] = ModelDirectory.ModelFileName } },
    }.ToJsonString(JsonSerializerOptions.Default);

    private void TryFail(string run)
    {
        try
        {
            _client.EndRun(run, "FAILED", DateTime.UtcNow, CancellationToken.None);
        }
        catch (RegistryException)
        {
            // What went wrong before is what is told.
        }
    }
}
