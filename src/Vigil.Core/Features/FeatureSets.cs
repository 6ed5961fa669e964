namespace Vigil.Core.Features;

/// <summary>The feature sets that ship with Vigil: the files of the folder features/, kept inside the assembly.</summary>
public static class FeatureSets
{
    /// <summary>Names of the sets.</summary>
    public static IReadOnlyList<string> Names { get; } = ["default", "handbook"];

    /// <summary>The text of a shipped set's file.</summary>
    /// <exception cref="FeatureSetException">There is no such set.</exception>
    public static string Read(string name)
    {
        using var stream = typeof(FeatureSets).Assembly.GetManifestResourceStream($"features.{name}.json")
            ?? throw new FeatureSetException($"No feature set \"{name}\" ships with Vigil; there are {string.Join(", ", Names)}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A shipped set.</summary>
    /// <exception cref="FeatureSetException">There is no such set.</exception>
    public static FeatureSet Load(string name) => FeatureSetJson.Parse(Read(name));
}
