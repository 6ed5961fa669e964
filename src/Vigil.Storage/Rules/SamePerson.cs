using System.Globalization;
using System.Text;

namespace Vigil.Storage.Rules;

/// <summary>
/// Whether two names of actors are one name in two spellings: case, width, spaces, punctuation and invisible
/// characters do not make a second person. What looks alike in another alphabet does: who makes keys sees to that.
/// </summary>
internal static class SamePerson
{
    // The full-width forms of ! to ~.
    private const int FirstWide = 0xFF01;
    private const int LastWide = 0xFF5E;

    public static bool Are(string first, string second) =>
        string.Equals(Skeleton(first), Skeleton(second), StringComparison.Ordinal);

    private static string Skeleton(string name)
    {
        var skeleton = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            // By hand: normalization needs ICU, and without it would silently do nothing.
            var plain = rune.Value is >= FirstWide and <= LastWide ? new Rune(rune.Value - FirstWide + '!') : rune;
            if (Rune.IsLetterOrDigit(plain) || Rune.GetUnicodeCategory(plain) == UnicodeCategory.OtherSymbol)
                skeleton.Append(Rune.ToUpperInvariant(plain));
        }

        // A name of nothing but punctuation is still somebody's name.
        return skeleton.Length == 0 ? name.Trim() : skeleton.ToString();
    }
}
