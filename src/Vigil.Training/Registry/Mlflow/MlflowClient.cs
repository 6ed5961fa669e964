using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>
/// The part of MLflow's REST API that a registry of models needs
/// (https://mlflow.org/docs/latest/rest-api.html), as servers 2.17 and 3.11 speak it. Safe for several threads.
/// </summary>
public sealed class MlflowClient : IDisposable
{
    private const string Api = "api/2.0/mlflow/";

    // Refused beyond: "A batch logging request can contain at most 1000 metrics", 100 params, 100 tags.
    private const int MetricsPerCall = 1_000;
    private const int ParametersPerCall = 100;

    // 2.17 refuses more than 6,000 characters, older ones more than 500.
    private const int LongestParameter = 500;

    private const int VersionsPerPage = 200;

    private readonly MlflowHttp _http;

    public MlflowClient(MlflowSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _http = new MlflowHttp(settings);
    }

    /// <summary>The server, without credentials.</summary>
    public Uri Server => _http.Server;

    public void Dispose() => _http.Dispose();

    /// <summary>Asks whether the server is up; needs no credentials.</summary>
    public void Health(CancellationToken cancel) => _http.Download("health", cancel);

    /// <summary>The server's version.</summary>
    public string Version(CancellationToken cancel) => System.Text.Encoding.UTF8.GetString(_http.Download("version", cancel)).Trim();

    /// <summary>The id of an experiment; makes it where there is none.</summary>
    /// <exception cref="MlflowException">It was deleted.</exception>
    public string Experiment(string name, CancellationToken cancel)
    {
        if (FindExperiment(name, cancel) is { } id)
            return id;
        try
        {
            return Post("experiments/create", new JsonObject { ["name"] = name }, false, cancel).Text("experiment_id");
        }
        catch (MlflowException e) when (e.Code == "RESOURCE_ALREADY_EXISTS")
        {
            // Another made it meanwhile.
            return FindExperiment(name, cancel) ?? throw new MlflowException(e.Message, e.Status, e.Code, e);
        }
    }

    public MlflowRun CreateRun(string experiment, string name, DateTime start, CancellationToken cancel)
    {
        var info = Post(
            "runs/create",
            new JsonObject
            {
                ["experiment_id"] = experiment,
                ["run_name"] = name,
                ["start_time"] = Milliseconds(start),
                ["tags"] = new JsonArray(Tag("mlflow.source.name", "vigil train"), Tag("mlflow.source.type", "LOCAL"), Tag("mlflow.runName", name)),
            },
            false, cancel).Child("run").Child("info");
        return new MlflowRun(info.Text("run_id"), info.Text("artifact_uri"));
    }

    /// <summary>Logs parameters and metrics, in as many calls as the server wants. What is no number is left out.</summary>
    public void Log(
        string run, IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, double> metrics, DateTime at,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(metrics);
        foreach (var some in parameters.Chunk(ParametersPerCall))
        {
            var list = some.Select(p => Tag(p.Key, p.Value.Length <= LongestParameter ? p.Value : p.Value[..LongestParameter]));
            Post("runs/log-batch", new JsonObject { ["run_id"] = run, ["params"] = new JsonArray([.. list]) }, true, cancel);
        }

        foreach (var some in metrics.Where(m => double.IsFinite(m.Value)).Chunk(MetricsPerCall))
        {
            var list = some.Select(m => (JsonNode)new JsonObject
            {
                ["key"] = m.Key,
                ["value"] = m.Value,
                ["timestamp"] = Milliseconds(at),
                ["step"] = 0,
            });
            Post("runs/log-batch", new JsonObject { ["run_id"] = run, ["metrics"] = new JsonArray([.. list]) }, false, cancel);
        }
    }

    /// <summary>Tells the run that one of its folders is a model, so that MLflow's page shows it as one.</summary>
    public void LogModel(string run, string description, CancellationToken cancel) =>
        Post("runs/log-model", new JsonObject { ["run_id"] = run, ["model_json"] = description }, true, cancel);

    /// <param name="run">Id of the run.</param>
    /// <param name="status">FINISHED or FAILED.</param>
    /// <param name="end">When.</param>
    /// <param name="cancel">Stops it.</param>
    public void EndRun(string run, string status, DateTime end, CancellationToken cancel) =>
        Post("runs/update", new JsonObject { ["run_id"] = run, ["status"] = status, ["end_time"] = Milliseconds(end) }, true, cancel);

    /// <summary>The model with its aliases; null where there is none of that name.</summary>
    public MlflowModel? FindModel(string name, CancellationToken cancel)
    {
        try
        {
            var model = Get($"registered-models/get?name={Escape(name)}", cancel).Child("registered_model");
            var aliases = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var alias in model.Children("aliases"))
                aliases[alias.Text("alias")] = (int)(alias.Number("version") ?? 0);
            return new MlflowModel(aliases, model.Tags());
        }
        catch (MlflowException e) when (e.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    /// <summary>Makes a model of a name where there is none.</summary>
    public void EnsureModel(string name, CancellationToken cancel)
    {
        try
        {
            Post("registered-models/create", new JsonObject { ["name"] = name }, false, cancel);
        }
        catch (MlflowException e) when (e.Code == "RESOURCE_ALREADY_EXISTS")
        {
            // All the better.
        }
    }

    /// <summary>All versions of a model, ascending, without aliases.</summary>
    public IReadOnlyList<ModelVersion> Versions(string name, CancellationToken cancel)
    {
        var versions = new List<ModelVersion>();
        var filter = Escape($"name='{name}'");
        for (var page = ""; ;)
        {
            var answer = Get(
                $"model-versions/search?filter={filter}&max_results={VersionsPerPage}{(page.Length > 0 ? $"&page_token={Escape(page)}" : "")}", cancel);
            versions.AddRange(answer.Children("model_versions").Where(v => v.Text("status") is "READY" or "").Select(v => Version(v)));
            var next = answer.Text("next_page_token");
            if (next.Length == 0 || next == page)
                return [.. versions.OrderBy(v => v.Number)];
            page = next;
        }
    }

    public int CreateVersion(string name, string source, string run, CancellationToken cancel) =>
        (int)(Post("model-versions/create", new JsonObject { ["name"] = name, ["source"] = source, ["run_id"] = run }, false, cancel)
            .Child("model_version").Number("version") ?? throw new MlflowException($"{Server} made a version without a number.", HttpStatusCode.OK, ""));

    /// <summary>Where the files of a version are; resolves <c>models:/m-…</c> and <c>runs:/…</c>.</summary>
    public string DownloadUri(string name, int version, CancellationToken cancel) =>
        Get($"model-versions/get-download-uri?name={Escape(name)}&version={Text(version)}", cancel).Text("artifact_uri");

    /// <summary>Moves a version to a stage, and those that were there to Archived.</summary>
    public void TransitionStage(string name, int version, string stage, CancellationToken cancel) => Post(
        "model-versions/transition-stage",
        new JsonObject { ["name"] = name, ["version"] = Text(version), ["stage"] = stage, ["archive_existing_versions"] = true }, true, cancel);

    public void SetAlias(string name, string alias, int version, CancellationToken cancel) =>
        Post("registered-models/alias", new JsonObject { ["name"] = name, ["alias"] = alias, ["version"] = Text(version) }, true, cancel);

    public void DeleteAlias(string name, string alias, CancellationToken cancel) =>
        _http.Post(HttpMethod.Delete, Api + "registered-models/alias", new JsonObject { ["name"] = name, ["alias"] = alias }, true, cancel);

    public void SetVersionTag(string name, int version, string key, string value, CancellationToken cancel) => Post(
        "model-versions/set-tag", new JsonObject { ["name"] = name, ["version"] = Text(version), ["key"] = key, ["value"] = value }, true, cancel);

    public void SetModelTag(string name, string key, string value, CancellationToken cancel) =>
        Post("registered-models/set-tag", new JsonObject { ["name"] = name, ["key"] = key, ["value"] = value }, true, cancel);

    /// <summary>Lists all files under a path of the server's artifact store (<c>mlflow-artifacts:</c>), at any depth.</summary>
    /// <exception cref="MlflowException">The server keeps them to itself.</exception>
    public IReadOnlyList<MlflowArtifact> StoredFiles(string path, CancellationToken cancel) => Walk(
        folder => _http.Get($"api/2.0/mlflow-artifacts/artifacts?path={Escape(folder.Length == 0 ? path : $"{path}/{folder}")}", cancel)
            .Children("files").Select(f => (Name: folder.Length == 0 ? f.Text("path") : $"{folder}/{f.Text("path")}", File: f)));

    public byte[] GetStored(string path, CancellationToken cancel) => _http.Download(Stored(path), cancel);

    public void PutStored(string path, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        _http.Upload(HttpMethod.Put, Stored(path), content, cancel);

    /// <summary>Lists all files under a folder of a run, which the server reads wherever they are.</summary>
    public IReadOnlyList<MlflowArtifact> RunFiles(string run, string path, CancellationToken cancel)
    {
        var prefix = path.Length == 0 ? "" : path + "/";
        return Walk(folder => Get($"artifacts/list?run_id={Escape(run)}&path={Escape((prefix + folder).TrimEnd('/'))}", cancel)
            .Children("files").Select(f => (Name: f.Text("path")[prefix.Length..], File: f)));
    }

    public byte[] GetOfRun(string run, string path, CancellationToken cancel) =>
        _http.Download($"get-artifact?run_uuid={Escape(run)}&path={Escape(path)}", cancel);

    public void PutOfRun(string run, string path, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        _http.Upload(HttpMethod.Post, $"ajax-api/2.0/mlflow/upload-artifact?run_uuid={Escape(run)}&path={Escape(path)}", content, cancel);

    private static List<MlflowArtifact> Walk(Func<string, IEnumerable<(string Name, JsonElement File)>> list)
    {
        const int MostFiles = 1_000;
        var files = new List<MlflowArtifact>();
        var folders = new Queue<string>([""]);
        while (folders.TryDequeue(out var folder))
        {
            foreach (var (name, file) in list(folder))
            {
                if (file.Child("is_dir").ValueKind == JsonValueKind.True)
                    folders.Enqueue(name);
                else
                    files.Add(new MlflowArtifact(name, file.Number("file_size")));
            }

            if (files.Count + folders.Count > MostFiles)
                throw new RegistryException($"More than {MostFiles} files: this is no model directory.");
        }

        return files;
    }

    private string? FindExperiment(string name, CancellationToken cancel)
    {
        try
        {
            var experiment = Get($"experiments/get-by-name?experiment_name={Escape(name)}", cancel).Child("experiment");
            return experiment.Text("lifecycle_stage") != "deleted" ? experiment.Text("experiment_id") : throw new MlflowException(
                $"The experiment {name} was deleted on {Server}: restore it (mlflow experiments restore), or name another in MLFLOW_EXPERIMENT_NAME.",
                HttpStatusCode.OK, "");
        }
        catch (MlflowException e) when (e.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    private static ModelVersion Version(JsonElement version) => new(
        (int)(version.Number("version") ?? 0), version.Time("creation_timestamp"), version.Time("last_updated_timestamp"),
        version.Text("current_stage"), [], version.Tags(), version.Text("run_id"));

    private JsonElement Get(string path, CancellationToken cancel) => _http.Get(Api + path, cancel);

    private JsonElement Post(string path, JsonObject body, bool isRepeatable, CancellationToken cancel) =>
        _http.Post(HttpMethod.Post, Api + path, body, isRepeatable, cancel);

    private static string Stored(string path) =>
        "api/2.0/mlflow-artifacts/artifacts/" + string.Join('/', path.Split('/').Select(Escape));

    private static JsonObject Tag(string key, string value) => new() { ["key"] = key, ["value"] = value };

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static long Milliseconds(DateTime time) => (long)(time - DateTime.UnixEpoch).TotalMilliseconds;
}
