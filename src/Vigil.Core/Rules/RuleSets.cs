namespace Vigil.Core.Rules;

/// <summary>The rule sets that ship with Vigil: the files of the folder rules/, kept inside the assembly.</summary>
public static class RuleSets
{
    /// <summary>The JSON of the three rules of the deployment guide's system, which every Vigil starts with.</summary>
    public static string Guide { get; } = Read("guide");

    private static string Read(string name)
    {
        using var stream = typeof(RuleSets).Assembly.GetManifestResourceStream($"rules.{name}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
