using System.Security.Cryptography;
using System.Text;

namespace Vigil.Training.Registry;

/// <summary>The last good model of a registry on a server, on this machine's disk: for a start while the server is away.</summary>
/// <param name="folder">Made when the first model is kept.</param>
public sealed class ModelCache(string folder)
{
    private const string NewestFile = "last-good";

    /// <summary>Keeps a model as the last good one; another of the same registry is dropped.</summary>
    /// <exception cref="RegistryException">The folder cannot be written.</exception>
    public void Keep(ModelRegistry registry, RegisteredModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var own = FolderOf(registry);
        var name = $"{model.Version}-{model.Hash}";
        var path = Path.Combine(own, name);
        try
        {
            if (!Directory.Exists(path))
                model.Directory.Write(path);
            DurableFile.Replace(Path.Combine(own, NewestFile), Encoding.UTF8.GetBytes(name));
            foreach (var other in Directory.GetDirectories(own).Where(other => Path.GetFileName(other) != name))
                Directory.Delete(other, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"The model could not be kept in {own}: {e.Message}", e);
        }
    }

    /// <summary>The last good model; null where none was kept.</summary>
    /// <exception cref="RegistryException">It cannot be used.</exception>
    public RegisteredModel? Find(ModelRegistry registry)
    {
        var own = FolderOf(registry);
        try
        {
            var newest = Path.Combine(own, NewestFile);
            if (!File.Exists(newest))
                return null;
            var name = File.ReadAllText(newest).Trim();
            return int.TryParse(name.Split('-')[0], out var version) && Path.GetFileName(name) == name
                ? ModelDirectory.Read(Path.Combine(own, name)).Open(version)
                : throw new RegistryException($"{newest} names no model: delete {own}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{own} cannot be read: {e.Message}", e);
        }
    }

    // A model of another server is never served by mistake.
    private string FolderOf(ModelRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(registry.Place)))[..16]);
    }
}
