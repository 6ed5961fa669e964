namespace Vigil.Core.Rules.Json;

/// <summary>Finds what somebody meant to write.</summary>
internal static class Spelling
{
    /// <summary>A suggestion to end a message with, such as <c>; did you mean "rules"?</c>; empty where nothing is near.</summary>
    public static string Suggest(string word, IEnumerable<string> known)
    {
        var (best, distance) = ("", Math.Max(2, word.Length / 3) + 1);
        foreach (var candidate in known)
        {
            if (Distance(word, candidate) is var d && d < distance)
                (best, distance) = (candidate, d);
        }

        return best.Length == 0 ? "" : $"; did you mean \"{best}\"?";
    }

    /// <summary>Levenshtein 1966, two rows.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8)
            return int.MaxValue;
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(previous[j], current[j - 1]) + 1);
            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
