using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Training.Calibration;
using Vigil.Training.Reference;

namespace Vigil.Training.Registry;

/// <summary>
/// A model with all that belongs to it, as named files: the model (model.json), MLflow's description of it (MLmodel and
/// what Python needs), its features (features.json), its card (card.json), examples with their scores (examples.json), how
/// its scores become probabilities (calibration.json), what rows looked like when it was made (reference.json), how its
/// thresholds were come by (thresholds.json), and what else is given. A registry moves it whole. Immutable.
/// </summary>
public sealed class ModelDirectory
{
    public const string ModelFileName = "model.json";
    public const string FeaturesFile = "features.json";
    public const string CardFile = "card.json";
    public const string ReferenceFile = "reference.json";

    /// <summary>Tag of a version that another tool made: event time of the last row that taught it, ISO 8601.</summary>
    public const string LearnedUntilTag = "vigil.learned_until";

    // A model of 2,000 trees of depth 10 has 200 MB as JSON.
    private const long MaxBytes = 1L << 30;

    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _files;

    /// <param name="files">By path within the directory, with <c>/</c>.</param>
    /// <exception cref="RegistryException">A path leads out of the directory.</exception>
    public ModelDirectory(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files)
    {
        _files = new SortedDictionary<string, ReadOnlyMemory<byte>>(files.ToDictionary(), StringComparer.Ordinal);
        foreach (var name in _files.Keys)
        {
            if (name.Length == 0 || name.Contains('\\', StringComparison.Ordinal) || Path.IsPathRooted(name) || name.Split('/').Any(part => part is "" or "." or ".."))
                throw new RegistryException($"A model directory has a file \"{name}\", which leads out of it: it is refused.");
        }
    }

    /// <summary>Puts a model and what belongs to it together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features">The features that it was trained on.</param>
    /// <param name="card">Its card; the hashes are set here.</param>
    /// <param name="examples">Rows that it must score alike wherever it is served; null for none.</param>
    /// <param name="more">Further files by name.</param>
    public static ModelDirectory Of(
        Model model, FeatureSet features, ModelCard card, ModelExamples? examples = null,
        IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>>? more = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(card);
        var document = new ArrayBufferWriter<byte>();
        ModelFile.Write(model, document);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(more ?? [], StringComparer.Ordinal)
        {
            [ModelFileName] = document.WrittenMemory,
            [FeaturesFile] = Encoding.UTF8.GetBytes(features.Content),
        };
        if (examples is not null)
            files[ModelExamples.FileName] = examples.ToJson();
        foreach (var (name, content) in MlflowFiles.Of(model, document.WrittenSpan.Length, HashOf(document.WrittenSpan), card))
            files[name] = content;
        return WithCard(files, card with { ModelHash = HashOf(document.WrittenSpan) });
    }

    /// <summary>Reads a directory.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="wanted">Which of its files; null for all.</param>
    /// <exception cref="RegistryException">It cannot be read.</exception>
    public static ModelDirectory Read(string folder, Func<string, bool>? wanted = null)
    {
        try
        {
            var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
            var total = 0L;
            foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
                if (wanted is not null && !wanted(name))
                    continue;
                if ((total += new FileInfo(path).Length) > MaxBytes)
                    throw new RegistryException($"{folder} holds more than {MaxBytes >> 20} MB: this is no model directory.");
                files[name] = File.ReadAllBytes(path);
            }

            return new ModelDirectory(files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{folder} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The files by path.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files => _files;

    /// <summary>Whether it says by itself what it is to be served: features and thresholds.</summary>
    public bool IsComplete => _files.ContainsKey(CardFile);

    /// <summary>The card.</summary>
    /// <exception cref="RegistryException">It is missing or damaged.</exception>
    public ModelCard Card
    {
        get
        {
            try
            {
                return ModelCard.FromJson(Required(CardFile).Span);
            }
            catch (JsonException e)
            {
                throw new RegistryException($"{CardFile} is damaged: {e.Message}", e);
            }
        }
    }

    /// <summary>Writes all files, in a folder that nobody looks into yet.</summary>
    public void WriteInto(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in _files)
            DurableFile.Write(Path.Combine(folder, name), content.Span);
    }

    /// <summary>Writes it under another name and then renames it: there is the whole of it, or nothing.</summary>
    /// <param name="folder">Does not exist yet.</param>
    /// <exception cref="RegistryException">The folder is there, or cannot be written.</exception>
    public void Write(string folder)
    {
        var draft = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():N}.draft";
        try
        {
            WriteInto(draft);
            Directory.Move(draft, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            throw new RegistryException($"{folder} could not be written: {e.Message}", e);
        }
    }

    /// <summary>
    /// A model that was trained elsewhere, with the features that it is to be served: whichever of them it names, in any
    /// order, or all of them in their order where it names none.
    /// </summary>
    /// <param name="served">The features.</param>
    /// <param name="tags">
    /// Thresholds where they are given: <c>vigil.review_threshold</c>, <c>vigil.block_threshold</c>. Without, it asks for a
    /// review from 0.5 on, where it holds fraud for likelier than not, and never blocks. <see cref="LearnedUntilTag"/>.
    /// </param>
    /// <exception cref="RegistryException">It names others, or is no model that Vigil can serve.</exception>
    public ModelDirectory Completed(FeatureSet served, IReadOnlyDictionary<string, string> tags)
    {
        ArgumentNullException.ThrowIfNull(served);
        ArgumentNullException.ThrowIfNull(tags);
        var (name, document) = Document();
        var model = Adapted(ReadModel(name, document), served, name);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(_files, StringComparer.Ordinal)
        {
            [FeaturesFile] = Encoding.UTF8.GetBytes(served.Content),
        };
        var thresholds = new Thresholds(Threshold(tags, "vigil.review_threshold", 0.5), Threshold(tags, "vigil.block_threshold", 2));
        var card = new ModelCard(
            model.Kind, served.Name, served.Version, served.Hash, HashOf(document.Span), thresholds, DateTime.UnixEpoch, null, LearnedUntil(tags), 0, 0,
            new Dictionary<string, double>(), new Dictionary<string, string> { ["trained_by"] = "another tool" });
        return WithCard(files, card);
    }

    /// <summary>
    /// Reads the model and checks all that can be checked: the hashes of its files, the model's format, that its features
    /// are those of its set, that its reference and thresholds are its own, that it scores its examples as it did where it
    /// was made. What is served is calibrated where the directory says how.
    /// </summary>
    /// <param name="version">Its version in the registry.</param>
    /// <param name="served">Features that are in use: where the model's are the same, it gets these, and they are not read again.</param>
    /// <exception cref="RegistryException">What is wrong, with which file.</exception>
    public RegisteredModel Open(int version, FeatureSet? served = null)
    {
        var card = Card;
        var (name, document) = Document();
        if (HashOf(document.Span) != card.ModelHash)
        {
            throw new RegistryException(
                $"{name} of model version {version} is not the file that was saved (its SHA-256 differs from the card's): it was changed or cut off. Restore it, or promote another version.");
        }

        var features = ReadFeatures(card, version, served);
        foreach (var (file, hash) in card.Files ?? new Dictionary<string, string>())
        {
            if (HashOf(Required(file).Span) != hash)
            {
                throw new RegistryException(
                    $"{file} of model version {version} is not the file that was saved (its SHA-256 differs from the card's): it was changed or cut off. Restore it, or promote another version.");
            }
        }

        RequireNamed(card, version);
        var calibration = _files.TryGetValue(CalibrationFile.FileName, out var knots) ? CalibrationFile.Read(knots.Span) : FittedCalibration.Nothing;
        var model = calibration.Of(Adapted(ReadModel(name, document), features, name));
        if (_files.TryGetValue(ModelExamples.FileName, out var examples))
            ModelExamples.FromJson(examples.Span).Check(model, version);
        if (_files.TryGetValue(ThresholdsFile.FileName, out var chosen) && ThresholdsFile.FromJson(chosen.Span).Thresholds != card.Thresholds)
        {
            throw new RegistryException(
                $"{CardFile} of model version {version} has other thresholds than {ThresholdsFile.FileName}: one of them was changed by hand. Restore it; vigil thresholds --apply makes a version with others.");
        }

        return new RegisteredModel(version, model, features, card)
        {
            Directory = this,
            Calibration = calibration,
            Reference = ReadReference(features, version),
            Hash = card.Files is { } hashes && hashes.TryGetValue(CalibrationFile.FileName, out var calibrated)
                ? HashOf(Encoding.ASCII.GetBytes(card.ModelHash + calibrated)) : card.ModelHash,
        };
    }

    /// <summary>The same model with other thresholds.</summary>
    public ModelDirectory WithThresholds(ThresholdsFile thresholds)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(_files, StringComparer.Ordinal)
        {
            [ThresholdsFile.FileName] = thresholds.ToJson(),
        };
        return WithCard(files, Card with { Thresholds = thresholds.Thresholds });
    }

    /// <summary>The same model with one more file, or another in its place.</summary>
    public ModelDirectory With(string file, ReadOnlyMemory<byte> content) =>
        WithCard(new Dictionary<string, ReadOnlyMemory<byte>>(_files, StringComparer.Ordinal) { [file] = content }, Card);

    /// <summary>Files that change what is decided must be those that the card names: none is slipped in.</summary>
    private void RequireNamed(ModelCard card, int version)
    {
        foreach (var file in new[] { CalibrationFile.FileName, ReferenceFile, ThresholdsFile.FileName })
        {
            if (_files.ContainsKey(file) && card.Files?.ContainsKey(file) != true)
                throw new RegistryException($"{file} of model version {version} is not named by {CardFile}: it was put there later. Take it away, or restore the version.");
        }
    }

    private ModelReference? ReadReference(FeatureSet features, int version)
    {
        if (!_files.TryGetValue(ReferenceFile, out var text))
            return null;
        try
        {
            var reference = ModelReference.FromJson(text.Span);
            return reference.Features.Select(f => f.Name).SequenceEqual(features.Names, StringComparer.Ordinal) ? reference
                : throw new RegistryException($"{ReferenceFile} of model version {version} is of other features than {FeaturesFile}. Restore it, or train again.");
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{ReferenceFile} of model version {version} is damaged: {e.Message}", e);
        }
    }

    private FeatureSet ReadFeatures(ModelCard card, int version, FeatureSet? served)
    {
        try
        {
            var content = Encoding.UTF8.GetString(Required(FeaturesFile).Span);
            var features = served is not null && served.Content == content ? served : FeatureSetJson.Parse(content);
            return features.Hash == card.FeatureSetHash ? features : throw new RegistryException(
                $"{FeaturesFile} of model version {version} is not the feature set that the model was trained on (hash {features.Hash[..12]}, the card says {card.FeatureSetHash[..Math.Min(12, card.FeatureSetHash.Length)]}). Restore it, or train a model on it.");
        }
        catch (FeatureSetException e)
        {
            throw new RegistryException($"{FeaturesFile} of model version {version} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The file with the model itself.</summary>
    private (string Name, ReadOnlyMemory<byte> Content) Document()
    {
        var name = _files.TryGetValue(MlflowFiles.DescriptionFile, out var description)
            ? MlflowFiles.ModelFileOf(description.Span) : ModelFileName;
        return (name, Required(name));
    }

    private static Model ReadModel(string name, ReadOnlyMemory<byte> document)
    {
        try
        {
            return ModelFile.Read(document.Span);
        }
        catch (ModelFormatException e)
        {
            throw new RegistryException($"{name} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The model over the rows of a feature set.</summary>
    private static Model Adapted(Model model, FeatureSet features, string name)
    {
        if (model.FeatureNames.Count == 0)
        {
            return model.FeatureCount == features.Names.Count ? model : throw new RegistryException(
                $"{name} takes {model.FeatureCount} features and names none; the feature set {features.Name} {features.Version} has {features.Names.Count}. Train it with feature names: those of the set, any of them, in any order.");
        }

        if (model.FeatureNames.SequenceEqual(features.Names, StringComparer.Ordinal))
            return model;
        var missing = model.FeatureNames.Where(f => !features.Names.Contains(f)).ToList();
        if (missing.Count > 0)
        {
            throw new RegistryException(
                $"{name} asks for {missing.Count} features that the feature set {features.Name} {features.Version} has not: {string.Join(", ", missing.Take(20))}{(missing.Count > 20 ? ", ..." : "")}. Add them to the set, or train the model on what it has (vigil features show {features.Name}).");
        }

        if (model is not TreeEnsemble trees)
            throw new RegistryException($"{name} takes its features in another order than the feature set {features.Name} {features.Version}; train it anew on the set.");
        try
        {
            return trees.WithFeatures(features.Names);
        }
        catch (ArgumentException e)
        {
            throw new RegistryException($"{name} cannot be used: {e.Message}", e);
        }
    }

    private static DateTime? LearnedUntil(IReadOnlyDictionary<string, string> tags) =>
        !tags.TryGetValue(LearnedUntilTag, out var text) ? null
        : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value) ? value
        : throw new RegistryException($"The tag {LearnedUntilTag} is no time such as 2026-11-01T00:00:00Z: \"{text}\".");

    private static double Threshold(IReadOnlyDictionary<string, string> tags, string key, double otherwise) =>
        !tags.TryGetValue(key, out var text) ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new RegistryException($"The tag {key} is no threshold above 0: \"{text}\".");

    private static ModelDirectory WithCard(Dictionary<string, ReadOnlyMemory<byte>> files, ModelCard card)
    {
        var hashes = files.Where(f => f.Key != CardFile).OrderBy(f => f.Key, StringComparer.Ordinal).ToDictionary(f => f.Key, f => HashOf(f.Value.Span));
        files[CardFile] = (card with { Files = hashes }).ToJson();
        return new ModelDirectory(files);
    }

    private ReadOnlyMemory<byte> Required(string name) => _files.TryGetValue(name, out var content) ? content
        : throw new RegistryException($"The model directory has no {name}: it is not whole, or no model that Vigil knows (it has: {string.Join(", ", _files.Keys.Take(12))}).");

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
