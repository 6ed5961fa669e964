using System.Globalization;
using System.Text;

namespace Vigil.Storage.Rules;

/// <summary>
/// Whether two names of actors are one name in two spellings: case, width, accents, spaces, punctuation and invisible
/// characters do not make a second person. What looks alike in another alphabet does: who makes keys sees to that.
/// </summary>
internal static class SamePerson
{
    public static bool Are(string first, string second) =>
        string.Equals(Skeleton(first), Skeleton(second), StringComparison.Ordinal);

    private static string Skeleton(string name)
    {
        var skeleton = new StringBuilder(name.Length);
        foreach (var rune in name.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                skeleton.Append(Rune.ToUpperInvariant(rune));
            else if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol)
                skeleton.Append(rune);
        }

        // A name of nothing but punctuation is still somebody's name.
        return skeleton.Length == 0 ? name.Trim() : skeleton.ToString();
    }
}
