namespace Vigil.Training.Rules;

/// <summary>Names rules by what they look at, each name once.</summary>
internal sealed class RuleNames
{
    private const int Longest = 64;

    // Leaves room for a number behind it.
    private const int LongestStem = Longest - 4;

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <param name="words">What its conditions are about.</param>
    public string Of(IEnumerable<string> words)
    {
        var parts = words.Distinct().ToList();
        var stem = string.Join("_and_", parts);
        if (stem.Length > LongestStem)
            stem = parts[0].Length > LongestStem ? parts[0][..LongestStem] : parts[0];
        var name = stem;
        for (var number = 2; !_given.Add(name); number++)
            name = $"{stem}_{number}";
        return name;
    }
}
