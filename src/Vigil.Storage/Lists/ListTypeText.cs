using Vigil.Core.Rules.Lists;

namespace Vigil.Storage.Lists;

/// <summary>The texts of list types, in the database, the API and files. Never rename.</summary>
public static class ListTypeText
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["text", "email", "ip", "number"];

    public static string Of(ListType type) => All[(int)type];

    internal static ListType Parse(string text) => TryParse(text, out var type)
        ? type : throw new FormatException($"{text} is no type of a list");

    public static bool TryParse(string? text, out ListType type)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] != text)
                continue;
            type = (ListType)i;
            return true;
        }

        type = default;
        return false;
    }
}
