using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Core.Features;
using Vigil.Core.Models;

namespace Vigil.Training.Registry;

/// <summary>
/// Models in a folder: <c>1/</c>, <c>2/</c>, … each with model.json, features.json and card.json, and a file
/// <c>champion</c> that names the version in charge. A version is written whole under another name and then renamed,
/// so a reader never finds half of one.
/// </summary>
/// <param name="folder">Made when the first model is saved.</param>
public sealed class ModelRegistry(string folder)
{
    /// <summary>What the registry calls its one model (the guide's name).</summary>
    public const string ModelName = "fraud-detection-model";

    private const string ChampionFile = "champion";

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Versions that are there, ascending.</summary>
    public IReadOnlyList<int> Versions() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.GetDirectories(Folder).Select(Path.GetFileName)
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : 0)
            .Where(v => v > 0).Order()];

    /// <summary>The version in charge; null when none was promoted.</summary>
    /// <exception cref="RegistryException">The champion file says something else than a version.</exception>
    public int? Champion()
    {
        var path = Path.Combine(Folder, ChampionFile);
        if (!File.Exists(path))
            return null;
        var text = Read(path, File.ReadAllText).Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new RegistryException($"{path} does not hold a version number; write one of {string.Join(", ", Versions())} into it.");
    }

    /// <summary>Saves a model as the next version, without putting it in charge.</summary>
    /// <returns>The version.</returns>
    /// <exception cref="RegistryException">The folder cannot be written.</exception>
    public int Save(Model model, FeatureSet features, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(card);
        var document = new ArrayBufferWriter<byte>();
        ModelFile.Write(model, document);
        var draft = Path.Combine(Folder, $".draft-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(draft);
            Write(Path.Combine(draft, "model.json"), document.WrittenSpan);
            Write(Path.Combine(draft, "features.json"), Encoding.UTF8.GetBytes(features.Content));
            Write(Path.Combine(draft, "card.json"), (card with { ModelHash = HashOf(document.WrittenSpan) }).ToJson());
            for (var version = Versions().DefaultIfEmpty().Max() + 1; ; version++)
            {
                var final = PathOf(version);
                if (Directory.Exists(final))
                    continue;
                Directory.Move(draft, final);
                return version;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            throw new RegistryException($"The model could not be saved in {Folder}: {e.Message}", e);
        }
    }

    /// <summary>Puts a version in charge.</summary>
    /// <exception cref="RegistryException">There is no such version, or it cannot be read, or the folder not written.</exception>
    public void Promote(int version)
    {
        _ = Load(version);
        var path = Path.Combine(Folder, ChampionFile);
        try
        {
            Write(path + ".new", Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture) + "\n"));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{path} could not be written: {e.Message}", e);
        }
    }

    /// <summary>Reads the model in charge; null when none was promoted.</summary>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public RegisteredModel? LoadChampion() => Champion() is { } version ? Load(version) : null;

    /// <summary>Reads a model and checks it: the file's hash, the model's format, that its features are those of its set.</summary>
    /// <exception cref="RegistryException">What is wrong, with which file.</exception>
    public RegisteredModel Load(int version)
    {
        var path = PathOf(version);
        if (!Directory.Exists(path))
        {
            throw new RegistryException(
                $"There is no model version {version} in {Folder}; there are: {string.Join(", ", Versions())}.");
        }

        var document = Read(Path.Combine(path, "model.json"), File.ReadAllBytes);
        var content = Read(Path.Combine(path, "features.json"), File.ReadAllText);
        try
        {
            var card = ModelCard.FromJson(Read(Path.Combine(path, "card.json"), File.ReadAllBytes));
            if (HashOf(document) != card.ModelHash)
            {
                throw new RegistryException(
                    $"{path}/model.json is not the file that was saved (its SHA-256 differs from the card's): it was changed or cut off. Restore it, or promote another version.");
            }

            var features = FeatureSetJson.Parse(content);
            if (features.Hash != card.FeatureSetHash)
            {
                throw new RegistryException(
                    $"{path}/features.json is not the feature set that the model was trained on (hash {features.Hash[..12]}, the card says {card.FeatureSetHash[..12]}). Restore it, or train a model on it.");
            }

            var model = ModelFile.Read(document);
            if (model.FeatureCount != features.Features.Count)
            {
                throw new RegistryException(
                    $"{path}/model.json takes {model.FeatureCount} features, features.json has {features.Features.Count}.");
            }

            return new RegisteredModel(version, model, features, card);
        }
        catch (Exception e) when (e is JsonException or ModelFormatException or FeatureSetException)
        {
            throw new RegistryException($"Model version {version} in {Folder} cannot be used: {e.Message}", e);
        }
    }

    private string PathOf(int version) => Path.Combine(Folder, version.ToString(CultureInfo.InvariantCulture));

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
