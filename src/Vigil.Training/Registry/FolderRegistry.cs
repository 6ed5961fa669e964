using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vigil.Training.Registry;

/// <summary>
/// Models in a folder: <c>1/</c>, <c>2/</c>, … each a <see cref="ModelDirectory"/>, and for each alias a file that names
/// a version: <c>champion</c> is the one in charge. A version is written whole under another name and then renamed, so
/// a reader never finds half of one.
/// </summary>
/// <param name="folder">Made when the first model is saved.</param>
public sealed class FolderRegistry(string folder) : ModelRegistry
{
    private const string HistoryFile = "history.json";
    private const string RunFolder = "run/";

    public override string Place { get; } = Path.GetFullPath(folder);

    public override RegistryState Look(CancellationToken cancel = default)
    {
        var numbers = Versions();
        var aliases = Aliases(numbers);
        var versions = numbers.Select(number => new ModelVersion(
            number, Directory.GetCreationTimeUtc(PathOf(number)), Directory.GetLastWriteTimeUtc(PathOf(number)), "",
            [.. aliases.Where(a => a.Value == number).Select(a => a.Key).Order(StringComparer.Ordinal)], Tags(number))).ToList();
        if (!aliases.TryGetValue(ChampionAlias, out var champion))
            return new RegistryState(versions, null, "", History());
        var found = versions.Find(v => v.Number == champion)
            ?? throw new RegistryException($"{Path.Combine(Place, ChampionAlias)} names version {champion}, which is not there; there are: {(numbers.Count > 0 ? string.Join(", ", numbers) : "none")}.");
        var history = History();
        return new RegistryState(versions, found, "alias", history.Count > 0 && history[^1] == champion ? history : [.. history, champion]);
    }

    protected override ModelDirectory Download(int version, Func<string, bool>? wanted, CancellationToken cancel)
    {
        var path = PathOf(version);
        if (!Directory.Exists(path))
            throw new RegistryException($"There is no model version {version} in {Place}; there are: {string.Join(", ", Versions())}.");
        return ModelDirectory.Read(path, file => !file.StartsWith(RunFolder, StringComparison.Ordinal) && (wanted is null || wanted(file)));
    }

    public override int Register(ModelDirectory directory, TrainingRun run, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(run);
        var draft = Path.Combine(Place, $".draft-{Guid.NewGuid():N}");
        try
        {
            directory.WriteInto(draft);
            foreach (var (name, content) in run.Artifacts)
                DurableFile.Write(Path.Combine(draft, RunFolder, name), content.Span);
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
            throw new RegistryException($"The model could not be saved in {Place}: {e.Message}", e);
        }
    }

    public override void SetAlias(string name, int? version, CancellationToken cancel = default)
    {
        RequireAlias(name);
        var path = Path.Combine(Place, name);
        if (version is not { } number)
            Change(path, () => File.Delete(path));
        else if (Versions().Contains(number))
            Change(path, () => DurableFile.Replace(path, Text(number)));
        else
            throw new RegistryException($"There is no model version {number} in {Place}; there are: {string.Join(", ", Versions())}.");
    }

    public override void SetTag(int version, string key, string value, CancellationToken cancel = default)
    {
        var tags = new SortedDictionary<string, string>(Tags(version).ToDictionary(), StringComparer.Ordinal) { [key] = value };
        var path = TagsOf(version);
        Change(path, () => DurableFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(tags)));
    }

    protected override void PutInCharge(int version, IReadOnlyList<int> history, CancellationToken cancel)
    {
        var path = Path.Combine(Place, ChampionAlias);
        Change(path, () =>
        {
            // The champion last: it is what counts, and the history mends itself.
            DurableFile.Replace(Path.Combine(Place, HistoryFile), JsonSerializer.SerializeToUtf8Bytes(history));
            DurableFile.Replace(path, Text(version));
        });
    }

    /// <summary>Versions that are there, ascending.</summary>
    private List<int> Versions() => !Directory.Exists(Place)
        ? []
        : [.. Directory.GetDirectories(Place).Select(path => Number(Path.GetFileName(path))).OfType<int>().Order()];

    private Dictionary<string, int> Aliases(List<int> versions)
    {
        var aliases = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!Directory.Exists(Place))
            return aliases;
        foreach (var path in Directory.GetFiles(Place))
        {
            if (!IsAlias(Path.GetFileName(path)))
                continue;
            aliases[Path.GetFileName(path)] = Number(Read(path, File.ReadAllText).Trim())
                ?? throw new RegistryException($"{path} does not hold a version number; write one of {string.Join(", ", versions)} into it.");
        }

        return aliases;
    }

    private List<int> History() => ReadJson<List<int>>(Path.Combine(Place, HistoryFile)) ?? [];

    private Dictionary<string, string> Tags(int version) => ReadJson<Dictionary<string, string>>(TagsOf(version)) ?? [];

    private static T? ReadJson<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(Read(path, File.ReadAllBytes)) : null;
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{path} is damaged ({e.Message}): restore it, or delete it.", e);
        }
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private string PathOf(int version) => Path.Combine(Place, version.ToString(CultureInfo.InvariantCulture));

    private string TagsOf(int version) => PathOf(version) + ".tags.json";

    private static byte[] Text(int version) => Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture) + "\n");

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

    private static void Change(string path, Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{path} could not be written: {e.Message}", e);
        }
    }
}
