namespace Vigil.Storage.Cases;

/// <summary>The texts of <see cref="CaseStatus"/> in the database and the API: never change one.</summary>
public static class CaseStatusText
{
    private static readonly string[] Texts = ["NEW", "INVESTIGATED", "FRAUD", "DISMISSED"];

    /// <summary>All texts, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> All => Texts;

    public static string Of(CaseStatus status) => Texts[(int)status];

    /// <summary>Reads one of the four texts exactly, upper case.</summary>
    public static bool TryParse(string? text, out CaseStatus status)
    {
        var index = Array.IndexOf(Texts, text);
        status = (CaseStatus)Math.Max(index, 0);
        return index >= 0;
    }
}
