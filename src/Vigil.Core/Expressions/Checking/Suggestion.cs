namespace Vigil.Core.Expressions.Checking;

/// <summary>The known name that a mistyped one was meant to be.</summary>
internal static class Suggestion
{
    /// <returns>", did you mean …?", or nothing where no known name is near.</returns>
    public static string For(string name, IEnumerable<string> known)
    {
        var best = known
            .Select(candidate => (Name: candidate, Distance: EditDistance(name, candidate)))
            .OrderBy(p => p.Distance).ThenBy(p => p.Name, StringComparer.Ordinal)
            .FirstOrDefault(("", int.MaxValue));
        return best.Item2 <= (name.Length < 4 ? 1 : Math.Max(2, name.Length / 3)) ? $", did you mean {best.Item1}?" : "";
    }

    /// <summary>Levenshtein 1966, two rows; upper and lower case are alike.</summary>
    private static int EditDistance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var isSame = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var substitution = previous[j - 1] + (isSame ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
