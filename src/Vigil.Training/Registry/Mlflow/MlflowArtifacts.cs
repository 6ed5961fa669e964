namespace Vigil.Training.Registry.Mlflow;

/// <summary>
/// Moves model directories to and from where a server keeps them: in its own store (<c>mlflow-artifacts:</c>), behind
/// which lies whatever it was started with; or, unproxied, under a path or a bucket that only the server reaches, through
/// the run that the files belong to.
/// </summary>
internal sealed class MlflowArtifacts(MlflowClient client)
{
    private const string Scheme = "mlflow-artifacts:";

    /// <summary>Uploads files below a URI, and looks whether they are there in full.</summary>
    public void Upload(MlflowRun run, string folder, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files, CancellationToken cancel)
    {
        var stored = StoredPath(run.ArtifactUri);
        var sent = files.ToDictionary();
        foreach (var (name, content) in sent)
        {
            if (stored is not null)
                client.PutStored($"{stored}/{folder}/{name}", content, cancel);
            else
                client.PutOfRun(run.Id, $"{folder}/{name}", content, cancel);
        }

        var there = (stored is not null ? client.StoredFiles($"{stored}/{folder}", cancel) : client.RunFiles(run.Id, folder, cancel))
            .ToDictionary(f => f.Path, f => f.Size ?? 0);
        foreach (var (name, content) in sent)
        {
            if (there.GetValueOrDefault(name, -1) != content.Length)
                throw new RegistryException($"{client.Server} did not keep {folder}/{name} whole ({there.GetValueOrDefault(name)} of {content.Length} bytes): look at its disk and at proxies between, and train again.");
        }
    }

    /// <summary>Downloads files below a URI; each must have the size that the server says.</summary>
    public ModelDirectory Download(string uri, string run, Func<string, bool>? wanted, CancellationToken cancel)
    {
        if (StoredPath(uri) is { } stored)
            return Fetch(uri, client.StoredFiles(stored, cancel), wanted, file => client.GetStored($"{stored}/{file}", cancel));
        if (LocalPath(uri) is { } local && Directory.Exists(local))
            return ModelDirectory.Read(local, wanted);
        if (run.Length > 0 && FolderOfRun(uri, run) is { } folder)
            return Fetch(uri, client.RunFiles(run, folder, cancel), wanted, file => client.GetOfRun(run, $"{folder}/{file}", cancel));
        throw new RegistryException(
            $"The files of the version are at {uri}, which only {client.Server} reaches: start it with --serve-artifacts, and log the model again.");
    }

    private static ModelDirectory Fetch(string uri, IReadOnlyList<MlflowArtifact> files, Func<string, bool>? wanted, Func<string, byte[]> get)
    {
        if (files.Count == 0)
            throw new RegistryException($"There is no file at {uri}: the model was deleted, or never uploaded. Promote another version.");
        var contents = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var file in files.Where(f => wanted is null || wanted(f.Path)))
        {
            var content = get(file.Path);
            if (file.Size is { } size && size != content.Length)
                throw new RegistryException($"{file.Path} came with {content.Length} of {size} bytes: it is being written, or was cut off.");
            contents[file.Path] = content;
        }

        return new ModelDirectory(contents);
    }

    /// <summary>Path in the server's own store; null where the URI is none of it.</summary>
    private static string? StoredPath(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        var rest = uri[Scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
            rest = rest.IndexOf('/', 2) is var slash and > 0 ? rest[slash..] : "";
        return rest.Trim('/');
    }

    private static string? LocalPath(string uri) =>
        uri.StartsWith('/') ? uri : Uri.TryCreate(uri, UriKind.Absolute, out var file) && file.IsFile ? file.LocalPath : null;

    /// <summary>The folder below <c>…/RUN/artifacts/</c>.</summary>
    private static string? FolderOfRun(string uri, string run)
    {
        var root = $"/{run}/artifacts/";
        var at = uri.IndexOf(root, StringComparison.Ordinal);
        return at < 0 ? null : uri[(at + root.Length)..].Trim('/');
    }
}
